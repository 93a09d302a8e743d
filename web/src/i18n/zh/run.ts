import type { Translated } from '../index.js';
import type * as english from '../en/run.js';

export const log: Translated<typeof english.log> = {
  label: '{{task}} 的日志', firstError: '首个错误', nextError: '下一个错误', previousError: '上一个错误', search: '搜索日志', searching: '搜索中', hits: '第 {{at}} 处，共 {{count}} 处', hitsMore: '第 {{at}} 处，共 {{count}}+ 处', noHits: '没有结果', nextHit: '下一处', previousHit: '上一处', endSearch: '结束搜索',
  foldAll: '折叠全部步骤', unfoldAll: '展开全部步骤', times: '显示时间', wrap: '自动换行', download: '下载原始日志', nextStep: '下一步骤', previousStep: '上一步骤', lastLine: '朗读最后一行',
  following: '跟随中', followIt: '跟随', followNew: '跟随，新增 {{count}} 行', live: '实时，已收 {{size}}', away: '执行机离线，已收 {{size}}', awayFor: '执行机离线 {{minutes}} 分钟，已收 {{size}}', awayHint: '执行机保留其余内容，恢复后送达。',
  complete: '完整，{{size}}', completeHint: '上报的 SHA-256：{{reported}}；存储的：{{stored}}', cut: '在 {{size}} 处截断', cutHint: '日志达到大小上限；任务继续运行。', missing: '缺失 {{from}}–{{to}}', missingHint: '执行机已发送但未收到的字节。',
  missingNote: '此处缺失第 {{from}} 至 {{to}} 字节', cutNote: '日志在此截断（{{size}}）；任务继续运行', cutLine: '已截断，完整内容见原始日志', masked: '此处是密文',
  empty: '还没有输出', emptyEnded: '此次执行没有输出', notStarted: '执行机接受任务后日志开始', trouble: '暂时无法读取日志，正在重试', copied: '已复制所选行', jumpedTo: '第 {{line}} 行',
};

export const run: Translated<typeof english.run> = {
  title: '{{pipeline}} #{{number}}', noMessage: '运行 {{number}}', stop: '停止', stopping: '停止中…', again: '重新运行', retryStop: '停止此次运行？', stopText: '运行中的任务会收到停止通知，经过宽限时间后连同全部进程一起结束。等待中的任务不再开始。', stopAction: '停止运行', stopRefused: '你不能停止此次运行，需要执行权限。', againRefused: '你不能运行此流水线，需要执行权限。',
  byPerson: '{{name}}', triggered: { manual: '手动触发', api: '通过 API 触发', system: '由系统触发' }, parameters_other: '{{count}} 个参数', started: '开始于 {{time}}', queuedSince: '排队自 {{time}}', why: '原因', copyPipeline: '复制流水线', editPipeline: '编辑流水线', history: '运行历史',
  tabs: { log: '日志', timing: '耗时', packages: '制品', parameters: '参数', activity: '动态' }, stages: '阶段与任务', attempt: '第 {{number}} 次', attemptTitle: '执行', attempts: '{{task}} 的各次执行', timesTried: '共执行 {{count}} 次',
  agent: '执行机', slot: '槽位 {{slot}}', executor: '执行环境', queued: '排队', lasted: '耗时', timeLimit: '时限', exitCode: '退出码', labels: '要求', noLabels: '无标签', warnings: '结果之外', shell: '主机 Shell', docker: 'Docker', step: '步骤', facts: '此次执行的信息',
  failedIn: '“{{stage}}”中的 {{task}} 失败', timedOutIn: '“{{stage}}”中的 {{task}} 超时', lostIn: '“{{stage}}”中的 {{task}} 失联', stoppedIn: '“{{stage}}”中的 {{task}} 已停止', toFirstError: '转到第 {{line}} 行', evidence: '首个错误附近的内容', failedTitle: '此次运行失败', notRunTask: '此任务未运行', skippedTask: '此任务已跳过', queuedTask: '此任务在等待执行机', notYet: '还没有轮到它',
  stoppedBy: '由 {{name}} 停止', statusNow: '运行 {{number}}：{{status}}', tasksDone: '{{total}} 个任务完成 {{done}} 个', chooseTask: '任务 {{task}}：{{status}}', keyStop: '停止运行', keyFollow: '跟随日志', keyTab: '标签页：{{tab}}', progress: '{{stage}}：{{total}} 个任务完成 {{done}} 个',
  parameter: '参数', value: '值', origin: '来源', secret: '密文', originOf: { pipeline: '流水线', run: '启动时给定', predefined: '预定义' }, noParameters: '此次运行没有参数', empty: '空',
  when: '时间', what: '事件', who: '人员', noActivity: '还没有动态', notFoundNumber: '运行 #{{number}} 不存在，或你无权查看。',
  packagesHead_other: '本次运行的 {{count}} 个制品', packagesHint: '每个任务显示最新 10 个，更早的在制品仓库中。', openRepository: '打开仓库', downloadAll: '全部下载 {{size}}', noPackages: '本次运行没有上传制品', noPackagesText: '构建任务通过“上传制品”步骤把文件传到这里。',
  timing: { queued: '排队', checkout: '检出', steps: '步骤', failed: '失败', none: '本次运行还没有任务开始', sentence: '排队 {{queued}}，检出 {{checkout}}，步骤 {{steps}}', lane: '{{task}}：{{parts}}', table: '各任务的时间', task: '任务', took: '耗时' },
};

export const runEvents: typeof english.runEvents = {
  queued: '运行进入队列', started: '运行开始', finished: '运行结束', stopRequested: '请求停止', stopped: '运行已停止', taskQueued: '任务进入队列', taskStarted: '任务开始', taskFinished: '任务结束', taskSkipped: '任务已跳过', attemptQueued: '执行进入队列', attemptStarted: '执行开始', attemptFinished: '执行结束', attemptLost: '执行失联',
  runQueued: '运行进入队列', runStarted: '运行开始', runFinished: '运行结束', runStopRequested: '请求停止', stageStarted: '阶段开始', stageFinished: '阶段结束', sourcesResolved: '已确定提交', agentAway: '执行机离线', agentBack: '执行机恢复', rerun: '换执行机重跑',
};

export const history: Translated<typeof english.history> = {
  title: '{{name}} 的运行历史', days: '{{count}} 天', range: '范围', from: '从', to: '到', dates: '日期', runNow: '运行', edit: '编辑', copy: '复制', delete: '删除', export: '导出 YAML', runColumn: '运行', source: '来源', trigger: '触发', workflow: '流程', started: '开始时间', duration: '耗时', queue: '排队', status: '状态', anyStatus: '任意状态',
  empty: '还没有运行过', emptyText: '运行记录会列在这里，最新的在前。', runOnce: '运行一次', noneInRange: '{{count}} 天内没有运行', noneInDates: '所选日期之间没有运行', noneText: '更早的运行仍然保留，可按编号打开。', goToNumber: '按编号打开', trend: '最近 {{count}} 次运行的耗时', trendBar: '运行 {{number}}：{{status}}，{{duration}}', median: '中位数 {{duration}}', rate: '成功率 {{percent}}%', deleted: '已删除流水线 {{name}}', deleteTitle: '删除 {{name}}？', deleteText: '它的全部运行与日志将一并删除，无法恢复。', deleteAction: '删除流水线', mayNot: { run: '你不能运行此流水线。', edit: '你不能修改此流水线。', delete: '你不能删除此流水线。' },
};

export const runDialog: Translated<typeof english.runDialog> = {
  title: '运行 {{name}}', source: '分支、标签或提交', sourceOf: '{{source}} 的分支、标签或提交', branches: '分支', tags: '标签', commit: '提交', useCommit: '提交 {{commit}}', useBranch: '分支 {{branch}}', refsFailed: '无法列出分支；仍可直接输入名称或提交。', refsTruncated: '未全部列出，请输入更多字符。', defaultBranch: '默认分支',
  tasks: '阶段与任务', chosen: '{{total}} 选 {{count}}', always: '必选', alwaysHint: '始终运行：其任务不能取消。', chooseOne: '至少选择一个任务。', parameters: '参数', grows: '自动递增；不改则使用此值', secretSet: '已在流水线中设置；输入则本次使用其他值', notAllowed: '不在允许的值之中。', startsAtOnce: '立即开始。', willQueue: '已有 {{active}} / {{limit}} 个运行，本次将排队。', willRefuse: '已有 {{active}} / {{limit}} 个运行，再次启动将被拒绝。', run: '运行', noSource: '此流水线没有代码源。', expand: '显示 {{stage}} 的任务', loading: '正在读取最新配置', needed: '请填写分支、标签或提交。', noRuntime: '此流水线没有可在启动时更改的参数。',
};
