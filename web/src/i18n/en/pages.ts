export const signIn = {
  title: 'Sign in to Drover', where: 'The runner farm at {{host}}', name: 'User name', password: 'Password', show: 'Show the password', action: 'Sign in',
  wrong: 'The user name or the password is not right.', limited: 'Too many attempts. Try again in {{seconds}} s.', mustChange: 'Choose a new password', mustChangeText: 'The first password was set by someone else. Choose your own; it needs at least 10 characters.', current: 'Current password', next: 'New password', again: 'New password, once more', notSame: 'The two are not the same.', change: 'Change the password', 
};

export const pipelines = {
  title: 'Pipelines', show: 'Show', all: 'All', createdByMe: 'Created by me', lastRunByMe: 'Last run by me', favourites: 'Favourites', filterByName: 'Filter by name', allProjects: 'All projects', newPipeline: 'New pipeline', importYaml: 'Import YAML',
  running: 'running', queued: 'queued', failedToday: 'failed today', sort: 'Sort by', sortName: 'Name', sortLastStart: 'Last start', sortDuration: 'Duration',
  pipeline: 'Pipeline', newestRun: 'Newest run', workflow: 'Workflow', last12: 'Last 12 runs', started: 'Started', favourite: 'Favourite {{name}}', unfavourite: 'No longer favourite {{name}}',
  runNamed: 'Run {{name}}', editNamed: 'Edit', copyNamed: 'Copy', exportYaml: 'Export YAML', deleteNamed: 'Delete', history: 'History', notRunYet: 'Not run yet', mayNotRun: 'You may view this pipeline, not run it. Running needs execute; ask {{name}}, who made it.', mayNotModify: 'Editing needs the permission to modify.', mayNotDelete: 'Deleting needs the permission to delete.',
  emptyTitle: 'No pipelines yet', emptyText: 'A pipeline takes a commit through stages to a release. Make one, or import a drover.yaml.', emptyNoProject: 'No project yet', emptyNoProjectText: 'A pipeline belongs to a project. Make the first one.',
  deleteTitle: 'Delete {{name}}?', deleteText_one: 'Its one run goes too, with its logs. This can’t be undone.', deleteText_other: 'Its {{count}} runs go too, with their logs. This can’t be undone.', deleteTextNone: 'It has not run yet. This can’t be undone.', deleteAction: 'Delete the pipeline', deleted: 'Pipeline {{name}} deleted', failedOnly: 'Failed today', runningOnly: 'Running', queuedOnly: 'Queued', byPerson: 'Run by {{name}}', clear: 'Clear', movedUp_one: '{{count}} moved up, show', movedUp_other: '{{count}} moved up, show', keyMove: 'move', keyOpen: 'open', keyRun: 'run', keyFavourite: 'favourite', keyDown: 'Next pipeline', keyUp: 'Previous pipeline', keyOpenLong: 'Open the newest run', keyRunLong: 'Run the pipeline', keyEditLong: 'Edit the pipeline', keyFavouriteLong: 'Favourite or not',
};

export const importing = {
  text: 'Paste the file, or choose it below. Secret values are never in it; they are asked for.', file: 'Choose a file', action: 'Import', jobs: 'Jobs of the same name', keep: 'Keep the project’s; a different one is a conflict', replace: 'Replace them by the file’s',
  secret: 'Secret, stored encrypted', secretsMissing: 'The file has secrets without values. Enter them, then import again.', done: 'Imported, with {{jobs}} jobs.',
};
