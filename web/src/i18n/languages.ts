/** The tongues of the dashboard, each named in itself. */
export const languages = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
];
