import type { ReactNode } from 'react';
import './list-parts.css';

/** A small table that is read at once; long lists are grids. */
export function PlainTable(props: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  /** Columns of numbers, by place. */
  readonly numeric?: readonly number[];
}) {
  const alignment = (place: number) => (props.numeric?.includes(place) === true ? 'number' : undefined);
  return (
    <div className="plain-table-frame">
      <table className="plain-table" aria-label={props.label}>
        <thead>
          <tr>
            {props.heads.map((head, place) => (
              <th key={head} scope="col" className={alignment(place)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the order of the heads
                <td key={place} className={alignment(place)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
