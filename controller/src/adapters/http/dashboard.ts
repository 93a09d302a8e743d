import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type RequestHandler, type Response } from 'express';
import { createCompressedFiles } from './compressed-files.js';

const apiPath = /^\/(?:api|install|agent|live|healthz|readyz|metrics)(?:\/|$)/;

/** Serves the built dashboard: what lies in `assets` has its digest in its name and never changes; every other address that a browser asks for as a page is the one page. */
export function createDashboard(folder: string): RequestHandler {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    setHeaders: (response, path) => response.setHeader('Cache-Control', cachedAs(path.slice(folder.length + 1))),
  });
  const page = join(folder, 'index.html');
  const compressed = createCompressedFiles(folder);
  /** Whether the file was sent. */
  const sendCompressed = async (name: string, response: Response): Promise<boolean> => {
    response.vary('Accept-Encoding');
    if (!response.req.acceptsEncodings('gzip')) return false;
    const bytes = await compressed(name).catch(() => undefined);
    if (bytes === undefined) return false;
    response.setHeader('Cache-Control', cachedAs(name));
    response.setHeader('Content-Encoding', 'gzip');
    response.type(extname(name)).send(bytes);
    return true;
  };
  return async (request, response, next) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || apiPath.test(request.path)) return next();
    if (await sendCompressed(request.path.slice(1), response)) return undefined;
    files(request, response, (error?: unknown) => {
      if (error !== undefined || request.path.startsWith('/assets/') || !request.accepts('html') || !existsSync(page)) return next();
      void sendCompressed('index.html', response).then((isSent) => {
        if (isSent) return;
        response.setHeader('Cache-Control', 'no-cache');
        response.sendFile(page, (failure?: Error) => failure && !response.headersSent && next());
      });
    });
  };
}

const cachedAs = (name: string): string => (name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
