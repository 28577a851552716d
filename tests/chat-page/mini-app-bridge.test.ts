import {
  handleCall,
  launchUrl,
  parseCall,
  type MiniAppHost,
} from '../../web/chat/src/mini-app-bridge';

describe('the frame of a Mini App', () => {
  test('is opened with the signed data untouched and the colours of the page', () => {
    const url = new URL(
      launchUrl('https://app.example/x?y=1#tgWebAppData=a%3Db%26c', 'dark') ?? '',
    );
    const values = new URLSearchParams(url.hash.slice(1));
    expect(values.get('tgWebAppData')).toBe('a=b&c');
    expect(JSON.parse(values.get('tgWebAppThemeParams') ?? '{}')).toHaveProperty('bg_color');
    expect(url.search).toBe('?y=1');
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'tg://resolve'])(
    'is not opened at %s',
    (address) => {
      expect(launchUrl(address, 'light')).toBeUndefined();
    },
  );

  test.each([undefined, 5, 'no json', 'null', '{"eventType":5}'])(
    'ignores the message %p, which is not a call',
    (data) => {
      expect(parseCall(data)).toBeUndefined();
    },
  );

  test('lets the app close itself and put a button under itself', () => {
    const host = {
      theme: 'light' as const,
      close: jest.fn(),
      openLink: jest.fn(),
      openInvoice: jest.fn(),
      alert: jest.fn(),
      setMainButton: jest.fn(),
      setBackButton: jest.fn(),
    };
    for (const data of [
      '{"eventType":"web_app_setup_main_button","eventData":{"is_visible":true,"text":"Go"}}',
      '{"eventType":"web_app_close"}',
      '{"eventType":"web_app_unheard_of","eventData":{}}',
    ]) {
      const call = parseCall(data);
      if (call) handleCall(call, host, jest.fn());
    }
    const button = { text: 'Go', visible: true, active: true, progress: false };
    expect(host.setMainButton).toHaveBeenCalledWith(button);
    expect(host.close).toHaveBeenCalledTimes(1);
  });

  test('lets the app open an invoice, and tells it how that ended', () => {
    const send = jest.fn();
    const openInvoice = jest.fn((...[, closed]: Parameters<MiniAppHost['openInvoice']>) =>
      closed('paid'),
    );
    const host = { openInvoice } as unknown as MiniAppHost;
    const call = parseCall('{"eventType":"web_app_open_invoice","eventData":{"slug":"a-1"}}');
    handleCall(call!, host, send);
    expect(openInvoice).toHaveBeenCalledWith('a-1', expect.any(Function));
    expect(send.mock.calls).toEqual([['invoice_closed', { slug: 'a-1', status: 'paid' }]]);
  });
});
