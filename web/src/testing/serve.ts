import { createDevServer } from './dev-server.js';

const port = Number(process.argv[2] ?? '8099');
const folder = new URL('../../dist/app', import.meta.url).pathname;

createDevServer(folder).listen(port, '127.0.0.1', () => console.log(`The dashboard with made-up data: http://127.0.0.1:${port}`));
