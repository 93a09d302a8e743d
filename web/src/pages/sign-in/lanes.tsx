import { Glyph } from '../../parts/glyphs.js';

const entrances = [34, 138, 242, 346, 450, 554, 658, 762, 866];
const middle = 450;
const gap = 17;

// prettier-ignore
const marks: readonly (readonly [look: string, x: number, y: number])[] = [
  ['queued', 121, 100.2], ['queued', 49.7, 146.9], ['queued', 101.7, 351.6], ['queued', 71.2, 630.9], ['queued', 148.7, 675.9], ['queued', 60.6, 827.2],
  ['running', 261.4, 350.7], ['running', 209.8, 501.5], ['running', 345.6, 441], ['running', 297.3, 548.4], ['running', 377.1, 376.1],
  ['succeeded', 591, 424], ['succeeded', 659, 475], ['succeeded', 707, 373], ['succeeded', 753, 441], ['succeeded', 631, 509],
];

/** Lanes that come together at a gate: decoration beside the form. */
export function Lanes() {
  return (
    <section className="yard" aria-hidden="true">
      <svg className="lanes" viewBox="0 0 800 900" preserveAspectRatio="xMidYMid slice">
        {entrances.map((from, index) => {
          const to = middle + (index - 4) * gap;
          return <path key={from} className="lane" d={`M-40 ${from} C 190 ${from}, 250 ${to}, 470 ${to} H 840`} />;
        })}
        <path className="post" d="M520 296v56M520 548v56" />
        {marks.map(([look, x, y]) => (
          <svg key={`${x}`} x={x} y={y} width="18" height="18" viewBox="0 0 16 16" className={`mark ${look}`}>
            <Glyph look={look} />
          </svg>
        ))}
      </svg>
    </section>
  );
}
