import { covering, type LogPlace } from '../../domain/logs/places.js';
import type { ByteRange } from '../../services/logs/log-storage.js';

/** Most that is kept of one log: what is watched comes in shorter pieces. */
export const mostTailBytes = 8_192;
/** Most of its places: of what is printed byte by byte they would need fifty times as much memory as the bytes. */
export const mostTailPlaces = 256;

/** The newest bytes of a log and their places, kept in memory so that viewers read nothing back from the disk. */
export class LogTail {
  private offset = 0;
  private bytes = Buffer.alloc(0);
  private places: readonly LogPlace[] = [];

  /** Takes durable bytes that begin at `offset`. `before`: the last place ahead of them, if there is one. */
  add(
    offset: number,
    buffers: readonly Uint8Array[],
    { before, places }: { readonly before: LogPlace | undefined; readonly places: readonly LogPlace[] },
  ): void {
    const length = buffers.reduce((sum, each) => sum + each.length, 0);
    if (length > mostTailBytes || places.length >= mostTailPlaces) return this.forget();
    const hasRoom = this.bytes.length + length <= mostTailBytes && this.places.length + places.length <= mostTailPlaces;
    if (!(hasRoom && offset === this.offset + this.bytes.length)) this.begin(offset, before);
    this.bytes = Buffer.concat([this.bytes, ...buffers]);
    this.places = [...this.places, ...places];
  }

  forget(): void {
    this.begin(0, undefined);
  }

  /** The bytes of a range that lies within what is kept; undefined for any other. */
  read(range: ByteRange): Buffer | undefined {
    return this.holds(range) ? this.bytes.subarray(range.from - this.offset, range.to - this.offset) : undefined;
  }

  /** The places of such a range, as `LogStorage.places` gives them; undefined for any other. */
  placesOf(range: ByteRange): readonly LogPlace[] | undefined {
    return this.holds(range) ? covering(this.places, range) : undefined;
  }

  private begin(offset: number, before: LogPlace | undefined): void {
    this.offset = offset;
    this.bytes = Buffer.alloc(0);
    this.places = before === undefined ? [] : [before];
  }

  private holds({ from, to }: ByteRange): boolean {
    return from < to && from >= this.offset && to <= this.offset + this.bytes.length;
  }
}
