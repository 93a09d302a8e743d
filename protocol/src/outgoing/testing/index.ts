export { connectProxy, type ConnectProxy } from './connect-proxy.js';
export { keepWriting, oddServer, type OddServer } from './odd-servers.js';
