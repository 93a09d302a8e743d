import { raiseOomScore } from '../executors/shell/launcher.js';
import { closeMachineScript, ownTerminals } from '../processes/namespace-scripts.js';

/** Closes every descriptor but those that the pattern of a `case` names. */
const closeAllBut = (pattern: string): string =>
  `for f in /proc/self/fd/*; do n=\${f##*/}; case $n in ${pattern}) ;; *[!0-9]*) ;; *) eval "exec $n>&-" ;; esac; done`;

/** Arguments: number of the first descriptor to close, then the program. What stands below it are the lanes. */
export const onlyLanesScript = `for f in /proc/self/fd/*; do n=\${f##*/}; case $n in *[!0-9]*) ;; *) [ "$n" -lt "$1" ] || eval "exec $n>&-" ;; esac; done
shift
exec "$@"`;

/** Arguments: a program, which is begun once the agent has given ids to the user namespace: until then nothing has a right in it. */
export const awaitIdsScript = 'echo unshared; read -r _; exec "$@"';

/**
 * A folder for the temporary files of the scripts themselves, such as the table of mounts of a place: it is mounted nowhere,
 * so that no task can change what is in it. Descriptor 6 is the only way to it.
 */
const scratchScript = `set -e
mount -t tmpfs -o mode=700,size=1m tmpfs /dev
exec 6</dev
umount -l /dev
export TMPDIR=/proc/self/fd/6
`;

/**
 * Arguments: the folder of workspaces, the hidden folder that holds it, and the one in that in which the workspaces stay
 * reachable for places, each of which covers it; all empty if there is none. Then the paths to hide.
 */
const hideScript = `set -e
root=$1; around=$2; behind=$3; shift 3
if [ -n "$around" ]; then
  exec 9<"$root"
  mount -t tmpfs -o mode=755 tmpfs "$around"
  mkdir -p "$root" "$behind"
  mount -c --bind /proc/self/fd/9 "$behind"
  mount -o remount,bind,ro "$around"
  exec 9<&-
fi
for p; do
  if [ -d "$p" ]; then mount -t tmpfs -o mode=755,ro tmpfs "$p"
  elif [ -e "$p" ]; then mount --bind /dev/null "$p"
  fi
done
`;

/**
 * Makes a place for each line `lane name seen mark`, which then speaks on that lane alone. When the agent is gone, however it
 * went, all of them are killed: each is a process group, and its first process dies with the one that keeps it.
 * Where the ground sees what is mounted later, places do, too: they may stand for days before they are wanted.
 *
 * A bash that cannot fork, though it tried for a while, leaves, and nobody would keep the places that stand. So it becomes
 * another one before, in its very first command since any other would wait for the last place, and that says on the lane
 * that is its argument what happened. It knows of its children only what the kernel tells.
 */
export const serveScript = `set +e
set -m
make() {
  ${closeAllBut('[0-2]|6|"$1"')}
  eval "exec <&$1 >&$1 2>&1 $1>&-" || exit
  echo "made $BASHPID"
  export DROVER_ATTEMPT_MARK=$4
  "$drover_unshare" --mount --propagation slave --pid --fork --kill-child --mount-proc "$drover_bash" --norc -p -c 'eval "$drover_place"' drover-place "$2" "$3"
  echo over
}
making=
trap 'case $making in ?*) exec "$drover_bash" --norc -p -c "$drover_serve" drover-ground "$making" ;; esac' EXIT
if [ -n "$1" ]; then { echo "no process could be begun"; echo over; } >&"$1"; else echo ready; fi
exec 2>/dev/null
while read -r lane name seen mark; do
  making=$lane
  make "$lane" "$name" "$seen" "$mark" &
  making=
done
trap - EXIT
read -r children <"/proc/$$/task/$$/children"
for child in $children; do kill -KILL -- "-$child"; done
for job in $(jobs -pr); do kill -KILL -- "-$job"; done
`;

/** What makes places, by the script in `drover_serve`; for an agent that is root the machine is closed to tasks before. Arguments as `hideScript`. */
export const groundScript = (isRoot: boolean): string =>
  scratchScript + (isRoot ? closeMachineScript : '') + hideScript + 'set --; eval "$drover_serve"';

/**
 * The first process of a place. It stays outside of the user namespace in which steps live, so that nothing of a task can
 * look into it or take its lane from it, and it heeds no signal; what it starts is another program before anything of the task is known to it.
 *
 * A place is set up by one `mount`, which wants its table in a file: a here-document of old is one, a new one is a pipe.
 *
 * Requests: `tty PATH` readies a terminal and, behind it, the program that becomes the first step; `step A B READY PATH` begins
 * a step, with A bytes of shell that look whether it can begin, and B bytes that become it. Answers: `begun`, `refused WHY`,
 * `ended STATUS`, and lines of `jobs`, which tell a signal from a status.
 *
 * The program of the first step makes the namespaces of all, says so on descriptor 7, and reads from 3 what it is to become:
 * nothing of the task is there yet that could disturb it. Later steps are looked at outside of these namespaces. Where
 * tasks have ids of their own, the first process gives them to that program, which has no right in its namespaces before;
 * what it becomes has.
 */
export const placeScript = `set -e
if [ -n "$drover_mounts" ]; then
  exec 5</proc 8</run
  BASH_COMPAT=50
  drover_mounts=\${drover_mounts//$'\\001'/$1}
  "$drover_mount" -n -a -c -T /proc/self/fd/3 3<<<"\${drover_mounts//$'\\002'/$2}"
  unset BASH_COMPAT
  exec 5<&- 8<&-
fi
exec 6<&-
unset TMPDIR
set +e
exec 2>/dev/null
set -m
signals='HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM TSTP TTIN TTOU XCPU XFSZ VTALRM PROF WINCH URG IO PWR SYS'
trap '' $signals
trap 'jobs -n' CHLD
inside= first=
become='exec 3<&- 7<&- 8<&- 9<&-; eval "$step"'
prepare() {
  trap - CHLD $signals
  ${closeAllBut('[0-2]|[3789]')}
  ${raiseOomScore}
  [ "$isset" = 1 ] || "$drover_stty" -opost <"$tty"
}
enter() {
  prepare
  set -- "$drover_unshare" --user --mount --propagation slave
  [ -n "$drover_ids" ] || set -- "$@" --map-user="$drover_uid" --map-group="$drover_gid"
  set -- "$@" -- "$drover_bash" --norc -p -c 'echo x >&7; read -r a b <&3; [ -z "$0" ] || "$0" ${ownTerminals}; IFS= read -r -N "$a" check <&3; IFS= read -r -N "$b" step <&3; eval "$check" >&7; '"$become" "$drover_pts"
  exec -c "$@" </dev/null 1<>"$tty" 2>&1
}
begin() {
  exec 7<&-
  prepare
  eval "$check"
  set -- "$drover_nsenter" --user=/proc/self/fd/8 --mount=/proc/self/fd/9 --preserve-credentials
  set -- "$@" -- "$drover_bash" --norc -p -c 'IFS= read -r -N "$0" step <&3; '"$become" "\${#step}"
  [ "\${#step}" -lt 4000 ] || { exec 3< <(printf %s "$step"); exec -c "$@" </dev/null 1<>"$tty" 2>&1; }
  exec -c "$@" </dev/null 1<>"$tty" 2>&1 3<<<"$step"
}
give_ids() { # at one go, as the kernel wants it: bash writes its first output alone line by line
  echo -n "$drover_ids" >"/proc/$first/uid_map" && echo -n "$drover_ids" >"/proc/$first/gid_map"
}
ready() { # a here-string is a pipe, which can be opened again
  exec 3<<<x 4>/proc/self/fd/3 7<<<x
  exec 7<>/proc/self/fd/7
  read -r -u 3; read -r -u 7
  enter & first=$!
  exec 3<&-
  said=
  until read -r -t 0.2 -u 7 said || [ -n "$said" ]; do kill -0 "$first" || return; done # bash may tell that time is up and have read it
  if [ -n "$drover_ids" ]; then give_ids || { kill -KILL "$first"; return; }; fi
  command exec 8<"/proc/$first/ns/user" 9<"/proc/$first/ns/mnt" && inside=1
}
await() { wait "$p"; s=$?; } # in a loop of the same function bash takes a halt by TSTP for a wish to leave the loop
perform() {
  if [ -n "$first" ] && [ "$isset" != 1 ]; then # that has another terminal
    kill -KILL "$first"
    wait "$first"
  fi
  [ -z "$first" ] || kill -0 "$first" || first=
  [ -n "$first$inside" ] || ready
  if [ -n "$first" ]; then
    p=$first
    echo begun # before it is told what it becomes, which takes for ever where it halts: it can be ended meanwhile
    printf '%s %s\\n%s%s' "$a" "$b" "$check" "$step" >&4
    exec 4>&-
  else
    begin & p=$!
    echo begun
  fi
  while await; [ "$s" -gt 128 ] && kill -0 "$p"; do read -r -t 0.1 -u 7 _; done # it halts
  case $s in 147|148|149|150) wait "$p"; t=$?; [ "$t" = 127 ] || s=$t ;; esac
  [ -z "$first" ] || ! read -t 0 -u 7 || { IFS= read -r -u 7 said; echo "$said"; }
  first=
  echo "ended $s"
}
echo ready
while read -r what a b isset tty; do
  case $what in
    tty) tty=$a; ready ;;
    step) IFS= read -r -N "$a" check; IFS= read -r -N "$b" step; perform ;;
  esac
done
`;
