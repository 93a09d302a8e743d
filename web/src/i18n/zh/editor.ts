import type { Translated } from '../index.js';
import type * as english from '../en/editor.js';

export const editor: Translated<typeof english.editor> = {
  title: '编辑 {{name}}', new: '新建流水线', copyOf: '{{name}} 的副本', edit: '编辑', basics: '基本信息', sources: '代码源', workflow: '流程', parameters: '参数', yaml: 'YAML', unsaved: '未保存', discard: '放弃', save: '保存', saveAndRun: '保存并运行', saved: '已保存流水线 {{name}}', leave: '不保存就离开？所做修改将丢失。',
  mayNot: '你可以查看此流水线，但不能修改。', problems_other: '{{count}} 个问题', firstProblem: '显示第一个问题',
  conflict: '在你编辑期间，他人保存了更新的版本。', reload: '载入对方的版本', saveOver: '用我的覆盖',
  project: '项目', name: '名称', description: '描述', runsAtOnce: '同时运行数', whenFull: '全部占用时', queue: '后来的运行按序排队', refuse: '拒绝后来的运行', priority: '优先级', priorityHint: '−100 到 100，越高越先得到空闲槽位。', queueLimit: '最长排队时间', hours: '小时',
  sourcesText: '代码的来源。第一个仓库为主仓库，其提交即 COMMIT_ID。流水线也可以没有代码源。', addSource: '添加代码源', source: '代码源', removeSource: '移除代码源', primary: '主仓库', url: '仓库', urlHint: 'https://、http://、ssh://、user@host:path，或允许的目录', endpoint: '服务端点', endpointHint: '用于需要凭据的仓库', noEndpoint: '无', branch: '默认分支', branchHint: '手动运行时使用。', alias: '别名', aliasHint: '字母、数字、_。将产生 {{name}}_COMMIT_ID 等参数。', loadRefs: '列出分支', refsFound_other: '{{count}} 个分支',
  addStage: '添加阶段', insertStage: '在此插入阶段', stage: '阶段', stageName: '阶段', serial: '串行', parallel: '并行', alwaysRun: '必选', alwaysRunHint: '其任务不能取消选择。', order: '任务执行方式', stageActions: '阶段 {{name}} 的操作', copyStage: '复制阶段', deleteStage: '删除阶段', moveLeft: '左移', moveRight: '右移', deleteStageTitle: '删除阶段 {{name}}？', deleteStageText_other: '其 {{count}} 个任务将一并删除。',
  addTask: '任务', task: '任务', taskName: '任务', copyTask: '复制任务', deleteTask: '删除任务', deleteTaskTitle: '删除任务 {{name}}？', deleteTaskText: '它将从流水线移除，历史运行仍保留。', chooseJob: '请选择作业', emptyTitle: '还没有阶段', emptyText: '阶段依次运行，每个阶段包含调用项目作业的任务。',
  taskIn: '“{{stage}}”中的构建任务', job: '作业', openJob: '打开作业', createJob: '新建作业', jobParameters: '作业参数', usesDefault: '默认：{{value}}', howItRuns: '运行方式', timeLimit: '时限', timeLimitHint: '留空则按作业的设置。', labels: '执行机要求', labelsHint: '除作业的 {{labels}} 外，执行机必须具有的标签', labelsHintNone: '执行机必须具有的标签', executor: '执行器', asJob: '按作业设置', shell: '直接在机器上', docker: '在容器中', image: '镜像', recovery: '执行机失联时', waitMinutes: '等待', thenRerun: '然后换机重跑', thenFail: '然后判为失败', recoveryDefault: '默认（10 分钟，然后换机）', recoveryOwn: '自定义', then: '然后', makeParameter: '设为流水线参数', registry: '仓库端点',
  lifted: '已提起 {{name}}。方向键移动，空格放下，Esc 放回。', movedTo: '{{name}}，在“{{stage}}”中第 {{place}} / {{count}}', dropped: '已放下 {{name}}', returned: '已放回 {{name}}', keyLift: '提起或放下', keyMove: '移动', keyEdit: '编辑', keyCopy: '复制', keyUndo: '撤销', undo: '撤销', redo: '重做', saveKey: '保存流水线', move: '移到“{{stage}}”', taskActions: '任务 {{name}} 的操作',
  parametersText: '任务以 ${name} 引用的值，每个步骤的环境变量中也有。', addParameter: '添加参数', parameterName: '名称', type: '类型', string: '文本', secret: '机密', enum: '枚举', autoIncrement: '自增', value: '值', values: '可选值', valuesHint: '用英文逗号分隔', runtime: '启动运行时可修改', removeParameter: '移除 {{name}}', secretSet: '已设置值。输入以替换。', secretNotSet: '尚未设置值。', secretCopied: '若你可修改原流水线，其值会随副本复制。', clearSecret: '移除值', keepSecret: '保留值', autoIncrementHint: '若启动时可修改，每次使用它的新运行会将其末尾数字加 1。', predefined: '预定义', predefinedText: '每次运行自动设置，不能修改。', noParameters: '还没有参数',
  yamlText: '整条流水线的文本形式：此处的修改会反映到表单。', yamlBroken: '不是有效的 YAML，表单保留上一个有效状态。', insertHint: '插入', literalHint: '$${ 表示字面量', refParameter: '参数', refPredefined: '预定义', refSecret: '机密', download: '导出', loadingEditor: '正在加载编辑器',
};

export const problems: Translated<typeof english.problems> = {
  unknownField: '此处没有字段“{{name}}”。', mappingNeeded: '“{{name}}”必须是映射。', listNeeded: '“{{name}}”必须是列表。', fieldNeeded: '需要文本字段“{{name}}”。',
  nameNeeded: '请填写名称。', nameRule: '1 到 64 个字母、数字或“_”，中间还可有空格、“.”和“-”。', nameTwice: '名称已被使用。', stageNeeded: '至少需要一个阶段。', taskNeeded: '至少需要一个任务。', jobNeeded: '请选择作业。', jobUnknown: '项目中没有名为“{{job}}”的作业。', urlNeeded: '请填写仓库地址。', branchNeeded: '请填写默认分支。', aliasTwice: '别名已被使用。', parameterRule: '字母、数字和 _，不能以数字开头，最多 64 个。', predefinedName: '该名称是预定义的。', enumValues: '值必须各不相同且不为空。', enumComma: '请用“,”分隔，而不是“，”。', enumDefault: '默认值必须是可选值之一。', valueNeeded: '请填写值。', unknownReference: '没有名为 {{name}} 的参数。', use: '改为 {{name}}',
};
