import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { predefinedOf } from '../../../../editor/check.js';
import type { PipelineDefinition } from '../../../../editor/definition.js';
import { Empty } from '../../../../parts/states.js';
import type { ParametersProps } from './parameter-field.js';
import { ParameterCard } from './parameter-card.js';

/** P1–P5 and P9: the pipeline's parameters, and the predefined ones to read. */
export function ParametersTab({ editor, secretsSet, next, copied, disabled }: ParametersProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const add = (): void => change({ ...definition, parameters: [...definition.parameters, { name: '', type: 'string', value: '' }] });
  const addButton = disabled ? null : (
    <Button leftSection={<IconPlus size={16} />} onClick={add}>
      {t('editor.addParameter')}
    </Button>
  );
  return (
    <div className="scroll">
      <div className="body wide">
        <p className="soft">{t('editor.parametersText')}</p>
        {definition.parameters.length === 0 ? <Empty title={t('editor.noParameters')} actions={addButton} /> : null}
        {definition.parameters.map((parameter, index) => (
          <ParameterCard
            key={index}
            editor={editor}
            index={index}
            parameter={parameter}
            secretsSet={secretsSet}
            next={next}
            copied={copied}
            disabled={disabled}
          />
        ))}
        {definition.parameters.length === 0 ? null : <div>{addButton}</div>}
        <Predefined definition={definition} />
      </div>
    </div>
  );
}

function Predefined({ definition }: { readonly definition: PipelineDefinition }) {
  const { t } = useTranslation();
  return (
    <section className="part">
      <h2>{t('editor.predefined')}</h2>
      <p className="faint">{t('editor.predefinedText')}</p>
      <div className="row chips">
        {predefinedOf(definition).map((name) => (
          <span key={name} className="chip mono">
            {name}
          </span>
        ))}
      </div>
    </section>
  );
}
