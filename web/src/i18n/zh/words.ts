import type { Translated } from '../index.js';
import type * as english from '../en/words.js';

export const words: Translated<typeof english.words> = {
  notRun: '未运行',
  queued: '排队中',
  waiting: '待审核',
  running: '运行中',
  stopping: '停止中…',
  succeeded: '成功',
  failed: '失败',
  timedOut: '已超时',
  lost: '失联',
  stopped: '已停止',
  skipped: '已跳过',
};

export const agentWords: Translated<typeof english.agentWords> = {
  online: '在线',
  draining: '排空中',
  unhealthy: '不健康',
  silent: '失联',
  unapproved: '待批准',
  disabled: '已禁用',
};

export const triggerWords: Translated<typeof english.triggerWords> = { manual: '手动', api: 'API', system: '系统' };
