import { useTranslation } from 'react-i18next';
import { Caps } from '../../../../keys/keys.js';

/** What keys do on the canvas. */
export function KeyHints() {
  const { t } = useTranslation();
  return (
    <div className="keys" aria-hidden="true">
      <span>
        <kbd>Space</kbd> {t('editor.keyLift')}
      </span>
      <span>
        <kbd>←</kbd>
        <kbd>↑</kbd>
        <kbd>↓</kbd>
        <kbd>→</kbd> {t('editor.keyMove')}
      </span>
      <span>
        <kbd>↵</kbd> {t('editor.keyEdit')}
      </span>
      <span>
        <kbd>D</kbd> {t('editor.keyCopy')}
      </span>
      <span>
        <Caps keys="mod+z" /> {t('editor.keyUndo')}
      </span>
    </div>
  );
}
