import type { Translated } from '../index.js';
import type * as english from '../en/git-causes.js';

export const gitCauses: Translated<typeof english.gitCauses> = {
  authentication: '服务器不接受该凭据。请检查代码源端点的凭据及其对仓库的访问权限。',
  notFound: '请检查仓库地址。凭据无权访问时，许多代码托管平台也会回答“未找到”。',
  hostKey: '主机密钥与已知的不符。如果主机确已更换密钥，请更新端点的已知主机。',
  certificate: '服务器证书不受信任。请通过 NODE_EXTRA_CA_CERTS 或 SSL_CERT_FILE 添加其颁发机构。',
  unreachable: '请检查地址、网络和代理。',
  objectMissing: '该提交可能已被强制推送移除。请重新运行。',
  diskFull: '请释放一些磁盘空间。',
};
