import type { Translated } from '../index.js';
import type * as english from '../en/pages.js';

export const signIn: Translated<typeof english.signIn> = {
  title: '登录 Drover', where: '{{host}} 的构建集群', name: '用户名', password: '密码', show: '显示密码', action: '登录',
  wrong: '用户名或密码不正确。', limited: '尝试次数过多，请在 {{seconds}} 秒后重试。', mustChange: '设置新密码', mustChangeText: '初始密码由他人设置，请设置自己的密码，至少 10 个字符。', current: '当前密码', next: '新密码', again: '再次输入新密码', notSame: '两次输入不一致。', change: '修改密码', 
};

export const pipelines: Translated<typeof english.pipelines> = {
  title: '流水线', show: '显示', all: '全部', createdByMe: '我创建的', lastRunByMe: '我最近执行的', favourites: '收藏', filterByName: '按名称筛选', allProjects: '全部项目', newPipeline: '新建流水线', importYaml: '导入 YAML',
  running: '运行中', queued: '排队中', failedToday: '今日失败', sort: '排序', sortName: '名称', sortLastStart: '最近启动', sortDuration: '耗时',
  pipeline: '流水线', newestRun: '最新运行', workflow: '流程', last12: '最近 12 次', started: '启动时间', favourite: '收藏 {{name}}', unfavourite: '取消收藏 {{name}}',
  runNamed: '运行 {{name}}', editNamed: '编辑', copyNamed: '复制', exportYaml: '导出 YAML', deleteNamed: '删除', history: '运行历史', notRunYet: '尚未运行', mayNotRun: '你可以查看此流水线，但不能运行。运行需要执行权限，请联系创建者 {{name}}。', mayNotModify: '编辑需要修改权限。', mayNotDelete: '删除需要删除权限。',
  emptyTitle: '还没有流水线', emptyText: '流水线把一次提交经由各阶段送到发布。可新建一条，或导入 drover.yaml。', emptyNoProject: '还没有项目', emptyNoProjectText: '流水线属于项目，请先新建项目。',
  deleteTitle: '删除 {{name}}？', deleteText_other: '其 {{count}} 次运行及日志将一并删除，无法恢复。', deleteTextNone: '它尚未运行过。删除后无法恢复。', deleteAction: '删除流水线', deleted: '已删除流水线 {{name}}', failedOnly: '今日失败', runningOnly: '运行中', queuedOnly: '排队中', byPerson: '由 {{name}} 运行', clear: '清除', movedUp_other: '{{count}} 条有更新，显示', keyMove: '移动', keyOpen: '打开', keyRun: '运行', keyFavourite: '收藏', keyDown: '下一条流水线', keyUp: '上一条流水线', keyOpenLong: '打开最新运行', keyRunLong: '运行该流水线', keyEditLong: '编辑该流水线', keyFavouriteLong: '收藏或取消收藏',
};

export const importing: Translated<typeof english.importing> = {
  text: '粘贴文件内容，或在下方选择文件。文件不含机密的值，需要时会询问。', file: '选择文件', action: '导入', jobs: '同名作业', keep: '保留项目中的，不同则视为冲突', replace: '用文件中的替换',
  secret: '机密，加密保存', secretsMissing: '文件中的机密没有值。请填写后再次导入。', done: '已导入，含 {{jobs}} 个作业。',
};
