import type { RequestHandler } from 'express';
import { z } from 'zod';
import { escapeHtml } from '../../texts/escape-html';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';

const aboutSchema = z.object({
  name: z.literal('easel'),
  what: z.string(),
  updates: z.enum(['webhook', 'polling']),
  links: z.record(z.string(), z.string()),
});

export function aboutRoute({ settings }: ApiDeps): Route {
  const isPolling = settings.telegram.publicUrl === undefined;
  const chat = settings.api.sandboxPageUrl;
  return defineRoute({
    method: 'get',
    path: '/',
    tag: 'About',
    summary: 'What is this?',
    description: 'Says what answers here and where to go on. Browsers get it as a page.',
    rate: 'page',
    answer: { status: 200, description: 'This deployment.', schema: aboutSchema },
    problems: [],
    handle: () => ({
      name: 'easel' as const,
      what: 'The backend of a Telegram bot that makes images and video for tokens.',
      updates: isPolling ? ('polling' as const) : ('webhook' as const),
      links: {
        ...(chat === undefined ? {} : { chat }),
        docs: '/docs',
        openapi: '/openapi.json',
        health: '/health',
        metrics: '/metrics',
      },
    }),
  });
}

/** The same for people who open the address in a browser. */
export function aboutPage({ settings }: ApiDeps): RequestHandler {
  const chat = settings.api.sandboxPageUrl;
  const chatItem =
    chat === undefined
      ? ''
      : `<li><a href="${escapeHtml(chat)}">The sandbox chat</a>: talk to the bot</li>\n`;
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Easel</title>
</head>
<body>
<h1>Easel</h1>
<p>The backend of a Telegram bot that makes images and video for tokens. It runs.</p>
<ul>
${chatItem}<li><a href="/docs">API</a></li>
<li><a href="/health">Health</a>, <a href="/health/db">of Postgres</a>, <a href="/health/temporal">of Temporal</a></li>
<li><a href="/metrics">Metrics</a></li>
</ul>
</body>
</html>
`;
  return (request, response, next) => {
    if (request.accepts(['json', 'html']) === 'html') response.type('html').send(page);
    else next();
  };
}
