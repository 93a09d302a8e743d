import type Docker from 'dockerode';
import { once } from 'node:events';

/**
 * As `processes/key-readers` does on the machine itself. Arguments: the processes that were asked to end before. Prints the
 * number and the name of each one that it signals. The numbers of system calls are those of x86-64 and arm64.
 */
const script = `asked=" $* "
raw() { stty -a <"$1" 2>/dev/null | grep -q -e '-icanon'; }
waits() {
  read -r call first rest <"$1/syscall" || return 1
  case $call in 0|63) first=$((first)) ;; 7|22|23|72|73|232|270|271|281) first= ;; *) return 1 ;; esac
  for f in "$1"/fd/*; do
    case $(readlink "$f") in /dev/pts/*|/dev/tty|/dev/console) ;; *) continue ;; esac
    n=\${f##*/}
    case $first,$n in
      "$n,$n") return 0 ;;
      ,1|,2) ;;
      ,*) raw "$f" || raw "$1/fd/2" && return 0 ;;
    esac
  done
  return 1
}
for p in /proc/[0-9]*; do
  pid=\${p#/proc/}
  [ "$pid" != $$ ] && waits "$p" || continue
  name=; read -r name <"$p/comm"
  case $asked in *" $pid "*) kill -KILL "$pid" ;; *) kill -HUP "$pid" ;; esac
  echo "$pid \${name:-a program}"
done 2>/dev/null`;

/** Ends what waits for a key in the container, by force what was `asked` to before; returns the names. */
export async function endKeyReadersIn(container: Docker.Container, user: string, asked: Set<string>): Promise<readonly string[]> {
  const Cmd = ['/bin/sh', '-c', script, 'drover-keys', ...asked];
  const exec = await container.exec({ Cmd, User: user, AttachStdout: true, Tty: true }); // with a terminal the output comes as it is, not in frames
  const stream = await exec.start({ Tty: true });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  const lines = Buffer.concat(chunks).toString().split(/\r?\n/).filter(Boolean);
  return lines.map((line) => {
    const [pid = '', ...name] = line.split(' ');
    asked.add(pid);
    return name.join(' ');
  });
}
