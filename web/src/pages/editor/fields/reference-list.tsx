import { useTranslation } from 'react-i18next';

/** A parameter that text can refer to. */
export interface ReferenceChoice {
  readonly name: string;
  readonly kind: 'parameter' | 'predefined' | 'secret';
  readonly value?: string | undefined;
}

interface ListProps {
  readonly id: string;
  readonly found: readonly ReferenceChoice[];
  readonly index: number;
  readonly onPoint: (index: number) => void;
  readonly onChoose: (choice: ReferenceChoice) => void;
}

const kinds = { parameter: 'editor.refParameter', predefined: 'editor.refPredefined', secret: 'editor.refSecret' } as const;

/** The parameters that are offered, and how to take one. */
export function ReferenceList({ id, found, index, onPoint, onChoose }: ListProps) {
  const { t } = useTranslation();
  return (
    <div className="complete">
      <ul role="listbox" id={id}>
        {found.map((choice, place) => (
          <li
            key={choice.name}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === index}
            onPointerDown={(event) => {
              event.preventDefault();
              onChoose(choice);
            }}
            onPointerMove={() => onPoint(place)}
          >
            <span className="mono">{choice.name}</span>
            <span className="faint">{t(kinds[choice.kind])}</span>
            <span className="val mono faint cut">{choice.kind === 'secret' ? '' : choice.value}</span>
          </li>
        ))}
      </ul>
      <footer>
        <span>
          <kbd>↵</kbd> {t('editor.insertHint')}
        </span>
        <span className="mono">{t('editor.literalHint')}</span>
      </footer>
    </div>
  );
}
