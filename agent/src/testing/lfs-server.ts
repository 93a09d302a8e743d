import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The download half of the Git LFS API, in front of a Git server: pass `answer` to its `intercept`. */
export class LfsServer {
  readonly #files = new Map<string, Buffer>();
  /** Ids of the files that were downloaded, one for each time. */
  readonly downloads: string[] = [];

  /** Keeps a file and gives the pointer to it. */
  add(content: Buffer): string {
    const id = createHash('sha256').update(content).digest('hex');
    this.#files.set(id, content);
    return `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize ${content.length}\n`;
  }

  /** `credentials`: of HTTP's basic authentication, demanded of each batch. */
  answer(credentials?: string): (request: IncomingMessage, response: ServerResponse) => boolean {
    return (request, response) => {
      const file = /^\/lfs\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
      if (file !== undefined) this.#download(file, response);
      else if (request.url?.endsWith('/info/lfs/objects/batch') !== true) return false;
      else if (credentials !== undefined && request.headers.authorization !== `Basic ${Buffer.from(credentials).toString('base64')}`)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="files"' }).end();
      else this.#batch(request, response);
      return true;
    };
  }

  #download(id: string, response: ServerResponse): void {
    this.downloads.push(id);
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(this.#files.get(id));
  }

  #batch(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(pieces).toString()) as { readonly objects: ReadonlyArray<{ oid: string; size: number }> };
      const objects = asked.objects.map(({ oid, size }) =>
        this.#files.has(oid)
          ? { oid, size, authenticated: true, actions: { download: { href: `http://${request.headers.host}/lfs/${oid}` } } }
          : { oid, size, error: { code: 404, message: 'Object does not exist' } },
      );
      response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' }).end(JSON.stringify({ transfer: 'basic', objects }));
    });
  }
}
