/** The HTTP side of the YooMoney stand-in: the payment form and the wallet's own API. */
import { formFields } from './frame/request';
import { StandInRefusal, type StandInAnswer, type StandInCall } from './frame/stand-in';
import { kopecksOf, sumOf, type Operation, type Wallet } from './yoomoney-wallet';

const pageSizeMax = 100;
const labelLengthMax = 64;

const refuse = (error: string): StandInAnswer => ({ status: 200, body: { error } });

type Fields = Readonly<Record<string, string>>;

/** Opens a page for what the form says: whoever has the link can change it. */
function openForm({ site, links }: Wallet, fields: Fields): StandInAnswer {
  const { receiver, sum = '', label = '', paymentType = 'AC', successURL: successUrl } = fields;
  if (receiver !== site.keys.YOOMONEY_WALLET) throw new StandInRefusal(400, 'no such wallet');
  if (label.length > labelLengthMax) throw new StandInRefusal(400, 'the label is too long');
  const id = `q${site.next('links')}`;
  links.set(id, {
    id,
    sum: sumOf(kopecksOf(sum)),
    label,
    paymentType: paymentType === 'PC' ? 'PC' : 'AC',
    ...(successUrl !== undefined && { successUrl }),
  });
  return { status: 302, headers: { location: `${site.url}/pay/${id}` }, body: '' };
}

/** As the history shows it: amounts are JSON numbers, without the fee. */
function shown(operation: Operation): unknown {
  return {
    operation_id: operation.id,
    status: operation.status,
    direction: 'in',
    type: 'deposition',
    title: operation.paymentType === 'PC' ? 'Перевод от 41001000040' : 'Пополнение с карты',
    amount: Number(operation.net),
    label: operation.label,
    datetime: operation.at,
  };
}

function isWanted({ label, from = '', till = '' }: Fields, one: Operation): boolean {
  const at = Date.parse(one.at);
  const isInTime =
    (from === '' || at >= Date.parse(from)) && (till === '' || at < Date.parse(till));
  return isInTime && (label === undefined || one.label === label);
}

function history({ operations }: Wallet, fields: Fields): StandInAnswer {
  const { from = '', records = '30', start_record: start = '0' } = fields;
  const size = Number(records);
  if (!(size >= 1 && size <= pageSizeMax)) return refuse('illegal_param_records');
  if (!/^\d+$/.test(start)) return refuse('illegal_param_start_record');
  if (from !== '' && Number.isNaN(Date.parse(from))) return refuse('illegal_param_from');
  const newestFirst = [...operations.values()].filter((one) => isWanted(fields, one)).reverse();
  const end = Number(start) + size;
  return {
    status: 200,
    body: {
      ...(end < newestFirst.length && { next_record: String(end) }),
      operations: newestFirst.slice(Number(start), end).map(shown),
    },
  };
}

function details({ operations }: Wallet, { operation_id: id = '' }: Fields): StandInAnswer {
  const operation = operations.get(id);
  return operation ? { status: 200, body: shown(operation) } : refuse('illegal_param_operation_id');
}

function account({ site, operations }: Wallet): StandInAnswer {
  const taken = [...operations.values()].filter(({ status }) => status === 'success');
  const balance = taken.reduce((sum, { net }) => sum + kopecksOf(net), 0n);
  const body = { account: site.keys.YOOMONEY_WALLET, balance: Number(sumOf(balance)) };
  return { status: 200, body: { ...body, currency: '643', account_status: 'identified' } };
}

const methods: Readonly<Record<string, (wallet: Wallet, fields: Fields) => StandInAnswer>> = {
  '/api/operation-history': history,
  '/api/operation-details': details,
  '/api/account-info': account,
};

export function createYoomoneyApi(wallet: Wallet): (call: StandInCall) => StandInAnswer {
  return (call) => {
    const fields = formFields(call);
    if (/^\/quickpay\/confirm(\.xml)?$/.test(call.path)) {
      try {
        return wallet.site.transact(() => openForm(wallet, fields));
      } catch (error) {
        if (!(error instanceof StandInRefusal)) throw error;
        return { status: error.status, body: error.message };
      }
    }
    const method = methods[call.path];
    if (!method || call.method !== 'POST') return { status: 404, body: '' };
    const token = `Bearer ${wallet.site.keys.YOOMONEY_ACCESS_TOKEN}`;
    if (call.headers['authorization'] !== token) {
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
      return { status: 401, headers, body: '' };
    }
    return method(wallet, fields);
  };
}
