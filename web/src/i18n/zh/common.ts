import type { Translated } from '../index.js';
import type * as english from '../en/common.js';

export const common: Translated<typeof english.common> = {
  save: '保存', cancel: '取消', close: '关闭', delete: '删除', edit: '编辑', add: '添加', remove: '移除', 
  name: '名称', description: '描述', actions: '操作', moreActions: '{{name}} 的更多操作',
  copied: '已复制', copyText: '复制到剪贴板', search: '搜索', none: '无', unknown: '未知', never: '从未', 
  showOnce: '仅显示这一次，请立即复制。',
  range: '第 {{from}}–{{to}} 条，共 {{total}} 条', rangeMore: '第 {{from}}–{{to}} 条，共 {{total}} 条以上', previousPage: '上一页', nextPage: '下一页',
  minutes: '分钟', saved: '已保存。', undo: '撤销', moveUp: '上移', moveDown: '下移',
};

export const states: Translated<typeof english.states> = {
  failed: '无法加载', tryNow: '立即重试', again: '{{seconds}} 秒后重试。', requestId: '请求 {{id}}',
  unreachable: '控制器没有应答。', notFound: '未找到', notFoundText: '它不存在，或者你无权查看。', toPipelines: '前往流水线',
  nothingNamed: '没有匹配“{{search}}”的内容', clearFilter: '清除筛选', nothingHere: '没有符合筛选的内容',
  stale: '与控制器断开。显示的是 {{time}} 的内容，正在重连。', loading: '加载中', broken: '此页面出错', brokenText: '其他部分仍可使用。请重新加载再试。', reload: '重新加载',
  forbidden: '你没有此操作的权限。',
};
