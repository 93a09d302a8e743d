export const common = {
  save: 'Save', cancel: 'Cancel', close: 'Close', delete: 'Delete', edit: 'Edit', add: 'Add', remove: 'Remove', 
  name: 'Name', description: 'Description', actions: 'Actions', moreActions: 'More actions for {{name}}',
  copied: 'Copied', copyText: 'Copy to the clipboard', search: 'Search', none: 'none', unknown: 'unknown', never: 'never', 
  showOnce: 'It is shown this once. Copy it now.',
  range: '{{from}}–{{to}} of {{total}}', rangeMore: '{{from}}–{{to}} of more than {{total}}', previousPage: 'Previous page', nextPage: 'Next page',
  minutes: 'minutes', saved: 'Saved.', undo: 'Undo', moveUp: 'Move up', moveDown: 'Move down',
};

export const states = {
  failed: 'This could not be loaded', tryNow: 'Try now', again: 'Trying again in {{seconds}} s.', requestId: 'Request {{id}}',
  unreachable: 'The controller does not answer.', notFound: 'Not found', notFoundText: 'It does not exist, or you may not see it.', toPipelines: 'To the pipelines',
  nothingNamed: 'Nothing matches “{{search}}”', clearFilter: 'Clear the filter', nothingHere: 'Nothing matches the filter',
  stale: 'No connection to the controller. Showing {{time}}, trying again.', loading: 'Loading', broken: 'This page stopped working', brokenText: 'The rest goes on. Reload to try again.', reload: 'Reload',
  forbidden: 'You may not do this.',
};
