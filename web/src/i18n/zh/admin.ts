import type { Translated } from '../index.js';
import type * as english from '../en/admin.js';

export const projects: Translated<typeof english.projects> = {
  title: '项目', new: '新建项目', name: '名称', role: '你的角色', pipelines: '流水线', running: '运行中', failedToday: '今日失败', lastRun: '最近运行', emptyTitle: '还没有项目', emptyText: '项目拥有流水线、作业、服务端点和制品，并有自己的成员。', create: '创建项目', created: '已创建项目 {{name}}', nameRule: '1 到 64 个字母、数字或“_”，中间还可有空格、“.”和“-”。', noRole: '管理员', packages: '制品', jobs: '作业', endpoints: '服务端点', members: '成员与设置',
};

export const roles: Translated<typeof english.roles> = { creator: '创建者', manager: '项目经理', developer: '开发', tester: '测试', operations: '运维', participant: '参与者', viewer: '浏览者' };

export const members: Translated<typeof english.members> = {
  title: '成员与设置', members: '成员', add: '添加成员', person: '人员', personHint: '对方的用户名', roles: '角色', change: '修改 {{name}} 的角色', removeTitle: '将 {{name}} 移出 {{project}}？', removeText: '对方将看不到此项目，其创建的内容保留。', remove: '移除 {{name}}', removed: '{{name}} 已不是成员', added: '{{name}} 已成为成员', mayNot: '只有项目创建者和项目经理可以修改成员。',
  about: '项目信息', deleteTitle: '删除项目 {{name}}？', deleteText: '其流水线、作业、服务端点、制品、运行和日志将一并删除，无法恢复。', typeName: '输入 {{name}} 以确认', delete: '删除项目', deleted: '已删除项目 {{name}}', rightsText: '开发、测试和运维可运行流水线；开发可修改；创建者和项目经理拥有全部权限。所有成员都可查看。',
};

export const endpoints: Translated<typeof english.endpoints> = {
  title: '服务端点', new: '新建端点', edit: '编辑 {{name}}', name: '名称', kind: '类型', url: '地址', user: '用户', password: '密码或访问令牌', privateKey: 'SSH 私钥', knownHosts: '已知主机', git: 'Git', dockerRegistry: 'Docker 仓库', usedBy: '使用处', credentials: '凭据', lastTest: '测试', test: '测试连接', testNamed: '测试 {{name}}',
  emptyTitle: '还没有服务端点', emptyText: '端点保存外部服务的地址和凭据：检出代码的 Git 服务器，或拉取镜像的 Docker 仓库。', setBy: '{{name}} 设置于 {{when}}', noCredentials: '无', kept: '保持不变。输入以替换。', removeCredential: '移除已保存的内容', password_: '密码', privateKey_: 'SSH 密钥', knownHosts_: '已知主机',
  create: '创建端点', created: '已创建端点 {{name}}', saved: '已保存端点 {{name}}', deleteTitle: '删除端点 {{name}}？', deleteText: '其凭据将一并删除。', deleteUsed: '它被 {{places}} 使用。', delete: '删除端点', deleted: '已删除端点 {{name}}', took: '{{ms}} 毫秒', gitUrlHint: 'https://、http:// 或 ssh://', registryUrlHint: 'https:// 或 http://', notUsed: '无',
};

export const users: Translated<typeof english.users> = {
  title: '用户', new: '新建用户', name: '用户名', displayName: '显示名', role: '角色', administrator: '管理员', person: '普通用户', state: '状态', active: '正常', disabled: '已禁用', created: '创建时间', create: '创建用户', createdToast: '已创建用户 {{name}}', password: '初始密码', passwordHint: '至少 10 个字符。首次登录时由本人修改。', edit: '编辑 {{name}}', newPassword: '新密码', newPasswordHint: '留空则不变。修改后其全部会话结束。', administratorHint: '管理用户、执行机和设置，可查看所有项目。', disabledHint: '无法登录，令牌失效。', saved: '已保存用户 {{name}}', onlyAdministrators: '只有管理员可以查看用户。', language: '语言',
};

export const settings: Translated<typeof english.settings> = {
  title: '系统设置', approval: '新执行机需要批准', approvalHint: '注册的执行机在管理员批准前不接任务。', logLimit: '每次执行的日志上限', logLimitHint: '单位为 MB。超出后日志被截断并有明显提示，执行继续。', folders: '本地仓库目录', foldersHint: '每行一个绝对路径。流水线可使用控制器本机这些目录下的仓库作为代码源；留空则不允许。', save: '保存', saved: '已保存设置', onlyAdministrators: '只有管理员可以修改系统设置。',
};

export const account: Translated<typeof english.account> = {
  passwordRule: '至少 10 个字符。', title: '账号', profile: '个人信息', password: '密码', sessions: '会话', tokens: 'API 令牌', displayName: '显示名', language: '语言', languageHint: '用于新浏览器和消息；此浏览器保持当前显示。', userName: '用户名', saved: '已保存', passwordChanged: '密码已修改，其他会话已结束',
  browser: '浏览器', address: '地址', lastSeen: '最近活动', expires: '到期', thisOne: '当前', endSession: '结束', endNamed: '结束 {{browser}} 的会话', ended: '会话已结束', sessionsText: '你已登录的位置。请结束不认识的会话。',
  newToken: '新建令牌', tokenName: '名称', scopes: '权限', read: '读取', write: '修改和运行', administer: '管理', days: '有效天数', daysHint: '留空则不过期。', createToken: '创建令牌', tokensText: '供脚本和命令行使用，在权限范围内代表你操作。', noTokens: '还没有令牌', lastUsed: '最近使用', neverExpires: '不过期', revoke: '吊销', revokeTitle: '吊销 {{name}}？', revokeText: '使用它的程序将立即失效。', revoked: '已吊销令牌', secret: '令牌', done: '完成', expired: '已过期',
};
