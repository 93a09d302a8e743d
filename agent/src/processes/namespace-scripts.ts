/**
 * For an agent that is root: every mount becomes read-only and takes neither set-uid programs nor devices. Homes are empty,
 * and tasks have folders of the agent instead of the operator's home and the temporary folders: in a place that others see
 * they could leave a program that makes its caller root. What stays is put aside below /dev, which is covered later.
 * `drover_…` are the fields of `TaskView`, lists by lines; nothing happens without them. A mount that cannot be changed is covered.
 */
const closeFoldersScript = `set -e
each() { # command, list
  drover_ifs=$IFS; IFS='
'; set -f; for p in $2; do IFS=$drover_ifs; "$1" "$p"; done; IFS=$drover_ifs; set +f
}
number=0
aside() {
  number=$((number + 1)); mkdir "/dev/$kind-$number"
  mount --rbind "$1" "/dev/$kind-$number"
}
back() {
  number=$((number + 1)); mkdir -p "$1"
  mount --rbind "/dev/$kind-$number" "$1"
}
limit() { # mount point, options it has
  o=ro; case $1 in /dev/open-*) case ,$2, in *,ro,*) ;; *) o=rw ;; esac ;; esac
  case ,$2, in *,noexec,*) o=$o,noexec ;; esac
  mount -o "remount,bind,nosuid,nodev,$o" "$1" || mount -t tmpfs -o ro,nosuid,nodev,size=4k tmpfs "$1"
}
empty() { mount -t tmpfs -o mode=755,nosuid,nodev,size=1m tmpfs "$1"; }
seal() { [ "$1" = "$drover_home" ] || mount -o remount,bind,ro,nosuid,nodev "$1"; }
if [ -n "$drover_data" ]; then
  mount -t tmpfs -o mode=700,nosuid,nodev tmpfs /dev
  opened="$drover_data
$drover_writable"
  kind=tool; each aside "$drover_tools"
  number=0; kind=open; each aside "$opened"
  while read -r _ _ _ _ point options _; do
    point=$(printf '%b' "$point")
    case $point in
      /dev/open-* | /dev/tool-*) ;;
      /proc | /proc/* | /dev | /dev/*) continue ;;
    esac
    if [ -e "$point" ]; then limit "$point" "$options"; fi
  done </proc/self/mountinfo
  each empty "$drover_homes"
  mount --bind /dev/open-1/tasks/tmp /tmp
  if [ -d /var/tmp ]; then mount --bind /dev/open-1/tasks/var-tmp /var/tmp; fi
  if [ -n "$drover_home" ]; then mkdir -p "$drover_home"; mount --bind /dev/open-1/tasks/home "$drover_home"; fi
  number=0; kind=tool; each back "$drover_tools"
  number=0; kind=open; each back "$opened"
  each seal "$drover_homes"
  umount -l /dev
fi
unset drover_data drover_home drover_homes drover_tools drover_writable
`;

/**
 * For an agent that is root: the covers alone would leave ways round them (raw disks, the service manager's sockets,
 * settings of the kernel, time tables and programs that others run). They are closed before anything else. What is
 * made here is seen by all attempts, so that none may write to it.
 */
export const closeMachineScript = `${closeFoldersScript}
exec 8</dev
mount -t tmpfs -o mode=755,nosuid tmpfs /dev
for n in null zero full random urandom tty; do : >/dev/$n; mount -c --bind /proc/self/fd/8/$n /dev/$n; done
mkdir /dev/pts /dev/shm
mount -c --bind /proc/self/fd/8/pts /dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm
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
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
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

/**
 * For `mount`, in the innermost namespaces of tasks of an agent that is root: they make terminals of their own and see nobody
 * else's, which they could read and write. The terminal of a step is open by then.
 */
export const ownTerminals = '-t devpts -o ptmxmode=666,mode=620 devpts /dev/pts 2>/dev/null';

/** The first process of the PID namespace: says that it stands, reaps orphans, ends when the agent does. */
export const stayScript = `echo ready
while read -r line; do :; done`;
