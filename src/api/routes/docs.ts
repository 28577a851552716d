import { absolutePath } from 'swagger-ui-dist';
import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';
import { openApiOf } from '../openapi';
import { markRoute } from '../request-log';
import type { Route } from '../route';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Easel API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
});
`;

const served = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** Everything comes from here, and "Try it out" reaches only here. */
const ownFilesOnly = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Swagger UI sets style attributes; no style can run or send anything under this policy.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The API's description for programs, and as a page for people. */
export function createDocs(routes: readonly Route[], limiter: RequestHandler): Router {
  const document = openApiOf(routes);
  const router = Router({ caseSensitive: true });
  router.use(['/openapi.json', '/docs'], (request, response, next) => {
    markRoute(response, request.baseUrl);
    next();
  });
  router.use(['/openapi.json', '/docs'], limiter);
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.use('/docs', ownFilesOnly);
  router.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(start);
  });
  const root = absolutePath();
  for (const file of served) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(file, { root, maxAge: '1h' });
    });
  }
  return router;
}
