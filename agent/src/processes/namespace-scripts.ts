/**
 * For an agent that is root: the covers alone would leave ways round them (raw disks, the service manager's sockets,
 * settings of the kernel, time tables and programs that others run). They are closed before anything else. What is
 * made here is seen by all attempts, so that none may write to it.
 */
export const closeMachineScript = `set -e
exec 8</dev
mount -t tmpfs -o mode=755,nosuid tmpfs /dev
for n in null zero full random urandom tty; do : >/dev/$n; mount -c --bind /proc/self/fd/8/$n /dev/$n; done
for n in pts shm; do mkdir /dev/$n; mount -c --bind /proc/self/fd/8/$n /dev/$n; done
ln -s pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
for n in 0:stdin 1:stdout 2:stderr; do ln -s /proc/self/fd/\${n%%:*} /dev/\${n#*:}; done
exec 8<&-
mount -o remount,bind,ro,nosuid /dev
for p in /etc /usr /bin /sbin /lib /lib64 /boot; do
  if [ -e "$p" ] && ! [ -L "$p" ]; then
    mount --bind "$p" "$p"
    mount -o remount,bind,ro "$p"
  fi
done
for p in /sys/kernel /sys/fs/cgroup; do
  if mount -t tmpfs -o mode=755 tmpfs $p 2>/dev/null; then mount -o remount,bind,ro $p; elif [ $p = /sys/fs/cgroup ] && [ -d $p ]; then exit 1; fi
done
`;

/** What each attempt has for itself: the settings of the kernel lie in its own /proc, and its /run is nobody else's. */
export const coverOwnScript = `set -e
for p in /proc/sys /proc/sysrq-trigger; do
  if [ -e "$p" ]; then
    mount --bind "$p" "$p"
    mount -o remount,bind,ro,nosuid,nodev,noexec "$p"
  fi
done
exec 8</run
mount -t tmpfs -o mode=755 tmpfs /run
if [ -d /proc/self/fd/8/systemd/resolve ]; then
  mkdir -p /run/systemd/resolve
  mount -c --bind /proc/self/fd/8/systemd/resolve /run/systemd/resolve
fi
exec 8<&-
`;

/** Arguments: workspace, where it is seen, number of paths to hide, the paths, then the next program. The workspace is seen even inside a hidden folder. */
export const setUpScript = `set -e
workspace=$1; seen=$2; count=$3; shift 3
exec 9<"$workspace"
while [ "$count" -gt 0 ]; do
  if [ -d "$1" ]; then
    case $workspace/ in
      "\${1%/}"/*)
        mount -t tmpfs -o mode=755 tmpfs "$1"
        mkdir -p "$seen"
        mount -c --bind /proc/self/fd/9 "$seen"
        mount -o remount,bind,ro "$1" ;;
      *) mount -t tmpfs -o mode=755,ro tmpfs "$1" ;;
    esac
  elif [ -e "$1" ]; then
    mount --bind /dev/null "$1"
  fi
  shift; count=$((count - 1))
done
exec 9<&-
exec "$@"`;

/** The first process of the PID namespace: says that it stands, reaps orphans, ends when the agent does. */
export const stayScript = `echo ready
while read -r line; do :; done`;
