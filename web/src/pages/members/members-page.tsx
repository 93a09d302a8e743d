import type { Member, Project } from '@drover/protocol/api';
import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { get, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { manages, useFollowProject } from '../../app/project.js';
import { usePerson } from '../../app/session.js';
import { TopBar } from '../../frame/top-bar.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { Loaded } from '../../parts/states.js';
import { TableHead } from '../../parts/table-head.js';
import { useDone } from '../../parts/use-save.js';
import { DeleteProject } from './delete-project.js';
import { MemberDialog } from './member-dialog.js';
import { ProjectForm } from './project-form.js';
import { Tip } from '../../parts/overlays/tip.js';

/** A project's name and description, its members and their roles. */
export default function MembersPage() {
  const { t } = useTranslation();
  const { projectId = '' } = useParams();
  useFollowProject(projectId);
  const project = useQuery({ queryKey: keys.project(projectId), queryFn: () => get<Project>(`/projects/${projectId}`) });
  return (
    <>
      <TopBar
        title={t('members.title')}
        crumbs={[{ label: project.data?.name ?? '…', to: paths.projectPipelines(projectId) }, { label: t('members.title') }]}
      />
      <div className="scroll">
        <Loaded query={project}>{(data) => <Content project={data} />}</Loaded>
      </div>
    </>
  );
}

function Content({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { administrator } = usePerson();
  const mayChange = manages(project, administrator);
  const [deleting, setDeleting] = useState(false);
  return (
    <div className="body wide">
      <section className="part">
        <h2>{t('members.about')}</h2>
        <ProjectForm key={project.name} project={project} mayChange={mayChange} />
      </section>
      <Members project={project} mayChange={mayChange} />
      {mayChange ? (
        <section className="part">
          <div>
            <Button variant="danger" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
              {t('members.delete')}
            </Button>
          </div>
        </section>
      ) : null}
      {deleting ? (
        <DeleteProject project={project} onClose={() => setDeleting(false)} onDeleted={() => void navigate(paths.projects)} />
      ) : null}
    </div>
  );
}

type Open = { readonly type: 'add' } | { readonly type: 'change' | 'remove'; readonly member: Member } | undefined;

function Members({ project, mayChange }: { readonly project: Project; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const done = useDone();
  const query = useQuery({ queryKey: keys.members(project.id), queryFn: () => get<readonly Member[]>(`/projects/${project.id}/members`) });
  const [open, setOpen] = useState<Open>(undefined);
  const close = (): void => setOpen(undefined);
  return (
    <section className="part">
      <header className="row">
        <h2 className="grow">{t('members.members')}</h2>
        {mayChange ? (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ type: 'add' })}>
            {t('members.add')}
          </Button>
        ) : null}
      </header>
      <Loaded query={query} rows={3}>
        {(members) => (
          <div className="box table-box">
            <table className="grid dense cards">
              <TableHead columns={[t('members.person'), t('members.roles')]} acts />
              <tbody>
                {members.map((member) => (
                  <Row key={member.userId} member={member} mayChange={mayChange} onOpen={setOpen} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      <p className="faint">{mayChange ? t('members.rightsText') : t('members.mayNot')}</p>
      {open?.type === 'add' ? <MemberDialog project={project} onClose={close} /> : null}
      {open?.type === 'change' ? <MemberDialog project={project} member={open.member} onClose={close} /> : null}
      {open?.type === 'remove' ? (
        <ConfirmDialog
          title={t('members.removeTitle', { name: open.member.name, project: project.name })}
          action={t('common.remove')}
          onClose={close}
          onConfirm={() =>
            remove(`/projects/${project.id}/members/${open.member.userId}`).then(() =>
              done(t('members.removed', { name: open.member.name }), keys.members(project.id)),
            )
          }
        >
          {t('members.removeText')}
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

function Row({
  member,
  mayChange,
  onOpen,
}: {
  readonly member: Member;
  readonly mayChange: boolean;
  readonly onOpen: (open: Open) => void;
}) {
  const { t } = useTranslation();
  const creator = member.roles.includes('creator');
  return (
    <tr>
      <td>
        <span className="row">
          <span className="strong cut">{member.displayName === '' ? member.name : member.displayName}</span>
          <span className="faint cut">{member.name}</span>
        </span>
      </td>
      <td>
        <span className="row chips">
          {member.roles.map((role) => (
            <span key={role} className="chip">
              {t(`roles.${role}`)}
            </span>
          ))}
        </span>
      </td>
      <td>
        {mayChange && !creator ? (
          <span className="row acts">
            <Tip label={t('members.change', { name: member.name })}>
              <ActionIcon aria-label={t('members.change', { name: member.name })} onClick={() => onOpen({ type: 'change', member })}>
                <IconPencil size={16} />
              </ActionIcon>
            </Tip>
            <Tip label={t('members.remove', { name: member.name })}>
              <ActionIcon aria-label={t('members.remove', { name: member.name })} onClick={() => onOpen({ type: 'remove', member })}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tip>
          </span>
        ) : null}
      </td>
    </tr>
  );
}
