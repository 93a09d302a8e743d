/**
 * A PATH without what npm puts before it when it starts a program: a `node_modules/.bin` of the package and of each folder
 * above it. Of these some can be written by tasks, such as those of `/tmp`, and none belongs to the machine. Entries that
 * are not absolute go, too: they mean another folder for each program.
 */
export function machinePath(path: string): string {
  return path.split(':').filter(isOfMachine).join(':');
}

const isOfMachine = (folder: string): boolean =>
  folder.startsWith('/') && !/\/node_modules\/\.bin\/*$/.test(folder) && !/\/node-gyp-bin\/*$/.test(folder);
