import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler } from 'express';

const apiPath = /^\/(?:api|install|agent|live|healthz|readyz|metrics)(?:\/|$)/;

/** Serves the built dashboard: what lies in `assets` has its digest in its name and never changes; every other address that a browser asks for as a page is the one page. */
export function createDashboard(folder: string): RequestHandler {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    setHeaders: (response, path) =>
      response.setHeader('Cache-Control', path.includes(`${join(folder, 'assets')}/`) ? 'public, max-age=31536000, immutable' : 'no-cache'),
  });
  const page = join(folder, 'index.html');
  const compress = compression();
  return (request, response, next) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || apiPath.test(request.path)) return next();
    compress(request, response, () => {
      files(request, response, (error?: unknown) => {
        if (error !== undefined || request.path.startsWith('/assets/') || !request.accepts('html') || !existsSync(page)) return next();
        response.setHeader('Cache-Control', 'no-cache');
        response.sendFile(page, (failure?: Error) => failure && !response.headersSent && next());
      });
    });
  };
}
