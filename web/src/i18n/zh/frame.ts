import type { Translated } from '../index.js';
import type * as english from '../en/frame.js';

export const frame: Translated<typeof english.frame> = {
  skip: '跳到内容', main: '主导航', pipelines: '流水线', projects: '项目', agents: '执行机', more: '更多', packages: '制品', jobs: '作业', endpoints: '服务端点', members: '成员与设置',
  favourites: '收藏', project: '项目', chooseProject: '选择项目', find: '搜索或跳转', fold: '收起侧栏', unfold: '展开侧栏',
  slotsBusy: '{{slots}} 个槽位，{{busy}} 个忙', queued: '排队 {{count}}', live: '实时', connecting: '连接中', offline: '离线',
  language: 'Switch to English', theme: '切换明暗主题', person: '已登录：{{name}}', account: '账号、会话与令牌', users: '用户', settings: '系统设置', signOut: '退出登录', keys: '快捷键', breadcrumb: '路径',
  goTo: '前往', found: '流水线', nothing: '没有结果', keysAnywhere: '全局', keysHere: '本页', singleKeys: '输入时单键快捷键不起作用', openPalette: '搜索或跳转', showKeys: '全部快捷键', focusSearch: '页内搜索',
};
