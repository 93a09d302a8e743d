/**
 * Arguments: a map of ids, bash, unshare, then a program, which this process becomes in user and mount namespaces of its own
 * with those ids. A process that makes a user namespace can give it one id only, and not before it is made: so another process,
 * which stays outside, does it, and is nobody's child by then.
 */
export const enterWithIdsScript = `ids=$1 bash=$2 unshare=$3 pid=$$
shift 3
exec 11<<<x 12<<<x # pipes, which can be opened again
exec 11<>/proc/self/fd/11 12<>/proc/self/fd/12
read -r -u 11; read -r -u 12
( {
  echo # from its second output on bash writes several lines at one go, as the kernel wants a map
  read -r -t 30 -u 11 &&
    echo -n "$ids" >/proc/$pid/uid_map && echo -n "$ids" >/proc/$pid/gid_map
  echo x >&12
} </dev/null >/dev/null 2>&1 3>&- & )
exec "$unshare" --user --mount -- "$bash" --norc -p -c 'echo x >&11; read -r -u 12; exec 11>&- 12>&-; exec "$@"' drover-enter "$@"`;
