/** Names of variables that a shell can set. */
export const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Among them those that the shell keeps for itself, or whose values it changes. */
export const shellName =
  /^(?:_|BASH.*|COMP_.*|DIRSTACK|EPOCH.*|EUID|FUNCNAME|GROUPS|HISTCMD|LINENO|OLDPWD|OPTIND|PIPESTATUS|POSIXLY_CORRECT|PPID|PWD|RANDOM|READLINE_.*|SECONDS|SHELLOPTS|SHLVL|SRANDOM|UID)$/;
