import type { Translated } from '../index.js';
import type * as english from '../en/jobs.js';

export const jobs: Translated<typeof english.jobs> = {
  title: '作业', new: '新建作业', edit: '编辑', name: '名称', steps: '步骤', labels: '标签', executor: '执行器', usedBy: '使用处', changed: '修改时间', usedByTasks_other: '{{count}} 个任务', notUsed: '无任务', emptyTitle: '还没有作业', emptyText: '作业是可供任务调用的一组步骤。可从预设或空白开始。', presets: '从这里开始', blank: '空白', blankText: '一个步骤：Shell 脚本。',
  saved: '已保存作业 {{name}}', created: '已创建作业 {{name}}', create: '创建作业', deleteTitle: '删除作业 {{name}}？', deleteText: '任务将无法再调用它。', deleteUsed: '它被 {{places}} 调用。', delete: '删除作业', deleted: '已删除作业 {{name}}', copy: '复制作业',
  description: '描述', timeLimit: '时限', timeLimitHint: '留空为 6 小时。', labelsHint: '执行机必须具有的标签，如 linux、docker、node', runs: '运行方式', parameters: '参数', addParameter: '添加参数', parameterText: '勾选“在任务中显示”的参数可由各任务赋值；所有参数都在步骤的环境变量中。', runtime: '在任务中显示', default: '默认值', removeParameter: '移除 {{name}}',
  shell: 'Shell 脚本', checkout: '检出代码', uploadPackage: '上传制品', addStep: '添加步骤', removeStep: '移除步骤 {{name}}', copyStep: '复制步骤 {{name}}', step: '步骤', stepName: '名称', script: '脚本', interpreter: '解释器', workingDirectory: '目录', workingDirectoryHint: '相对于工作区，留空即工作区。', source: '代码源', sourceHint: '代码源别名，留空为主仓库。', path: '检出到目录', depth: '历史', depthHint: '提交数，0 或留空为全部。', submodules: '包含子模块', files: '文件', filesHint: '每行一个通配符，相对于工作区。目录将打包为 tar.gz。', package: '制品名称', version: '版本', versionHint: '可引用参数：${VERSION}', directory: '制品库目录', continueOnError: '失败后继续', always: '失败或停止后也运行', stepTimeLimit: '步骤时限', problems_other: '{{count}} 个问题', noSteps: '至少需要一个步骤。', mayBash: 'bash，没有则用 sh',
};

export const presets: Translated<typeof english.presets> = {
  node: '用 npm 安装、构建和测试', maven: '用 Maven 构建和测试', gradle: '用 Gradle 构建和测试', python: '虚拟环境、依赖、pytest', go: '检查、测试、构建', rust: '测试并构建发布版', cmake: '配置、构建，用 CTest 测试', dockerImage: '构建镜像并打标签', staticSite: '构建站点并上传',
};
