import type { Translated } from '../index.js';
import type * as english from '../en/words.js';

export const words: Translated<typeof english.words> = {
  notRun: '未运行', queued: '排队中', waiting: '待审核', running: '运行中', stopping: '停止中…', succeeded: '成功', failed: '失败', timedOut: '已超时', lost: '失联', stopped: '已停止', skipped: '已跳过',
};

export const agentWords: Translated<typeof english.agentWords> = { online: '在线', draining: '排空中', unhealthy: '不健康', silent: '失联', unapproved: '待批准', disabled: '已禁用' };

export const triggerWords: Translated<typeof english.triggerWords> = { manual: '手动', api: 'API', system: '系统' };

export const reasons: Translated<typeof english.reasons> = {
  stepFailed: '步骤“{step}”以退出码 {exitCode} 结束。',
  stepKilled: '步骤“{step}”被信号 {signal} 终止。',
  stepNotStarted: '步骤“{step}”无法启动：{detail}',
  checkoutFailed: '检出 {source} 失败：{detail}',
  uploadFailed: '上传制品 {package} 失败：{detail}',
  noFilesMatched: '步骤“{step}”没有找到匹配 {patterns} 的文件。',
  taskFailed: '任务“{task}”失败。',
  taskTimedOut: '达到 {limitSeconds} 秒的时限。',
  stopped: '由 {who} 停止。',
  stoppedBecauseRunEnded: '运行已经结束。',
  queueTimeLimit: '排队超过 {limitSeconds} 秒。',
  agentLost: '执行机 {agent} 失联超过 {limitSeconds} 秒。',
  agentCrashed: '执行机 {agent} 在任务执行中停止。',
  agentDropped: '执行机 {agent} 已不知道该任务。',
  agentRefused: '执行机 {agent} 无法启动任务：{detail}',
  sourceUnreachable: '无法读取代码源 {source}：{detail}',
  refNotFound: '代码源 {source} 没有分支、标签或提交 {ref}。',
  unknownReference: '{field} 中的“{reference}”没有对应的参数。',
  secretUnreadable: '现有密钥无法解密机密 {name}。',
  definitionInvalid: '流水线无法运行：{detail}',
  workspaceFailed: '无法准备工作区：{detail}',
  executorUnavailable: '执行器 {executor} 不可用：{detail}',
  diskFull: '执行机 {agent} 的磁盘已满。',
  notSelected: '本次运行未选择。',
  earlierFailure: '前面的任务失败。',
  internal: '内部错误：{detail}',
  runLimit: '该流水线已有 {active} / {limit} 个运行；排在第 {place} 位。',
  resolvingSources: '正在查询 {source} 的提交。',
  noAgents: '没有注册任何执行机。',
  noAgentMatches: '没有执行机满足任务的要求：{missing}。',
  allSlotsBusy: '合适的执行机槽位全忙；排在第 {place} 位。',
  waitingForAgent: '执行机 {agent} 失联，正在时限内等待它。',
  beingOffered: '正在派发给执行机 {agent}。',
  agentLabelMissing: '没有标签 {label}',
  agentNoFreeSlot: '{slots} 个槽位全忙',
  agentDisabled: '已禁用',
  agentDraining: '排空中',
  agentOffline: '未连接',
  agentOutOfScope: '属于另一个项目',
  agentUnhealthy: '不健康：{detail}',
  agentUnapproved: '待批准',
  agentFits: '合适',
  agentNoIsolation: '无法将任务与同机的控制器隔离，只运行示例',
  diskLow: '工作目录仅剩 {freeMb} MB，下限为 {limitMb} MB。',
  executorBroken: '执行器 {executor} 损坏：{detail}',
  spoolBroken: '无法写入缓存目录：{detail}',
};
