import type { Project } from '@drover/protocol/api';
import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconDots, IconPackage, IconPlugConnected, IconPlus, IconTools } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { paths } from '../../app/paths.js';
import { chooseProject, useProjects } from '../../app/project.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { Empty, Loaded } from '../../parts/states.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { useDone } from '../../parts/use-save.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../parts/overlays/menu.js';

/** The projects that the person may see; a project opens on its pipelines. */
export default function ProjectsPage() {
  const { t } = useTranslation();
  const query = useProjects();
  const [address, setAddress] = useSearchParams();
  const adding = address.has('new');
  const setAdding = (open: boolean): void => setAddress(open ? { new: '' } : {}, { replace: true });
  return (
    <>
      <TopBar title={t('projects.title')} heading={<Heading count={query.data?.length}>{t('projects.title')}</Heading>} />
      <div className="filters">
        <span className="grow" />
        <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {t('projects.new')}
        </Button>
      </div>
      <div className="scroll">
        <Loaded query={query}>
          {(projects) =>
            projects.length === 0 ? (
              <Empty
                title={t('projects.emptyTitle')}
                actions={
                  <Button variant="filled" onClick={() => setAdding(true)}>
                    {t('projects.new')}
                  </Button>
                }
              >
                {t('projects.emptyText')}
              </Empty>
            ) : (
              <Table projects={projects} />
            )
          }
        </Loaded>
      </div>
      {adding ? <NewProject onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function Table({ projects }: { readonly projects: readonly Project[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid cards">
      <TableHead
        columns={[
          t('projects.name'),
          t('projects.role'),
          num(t('projects.pipelines')),
          num(t('projects.running')),
          num(t('projects.failedToday')),
          num(t('projects.lastRun')),
        ]}
        acts
      />
      <tbody>
        {projects.map((project) => (
          <tr key={project.id}>
            <td>
              <div className="two">
                <Link className="strong cut" to={paths.projectPipelines(project.id)}>
                  {project.name}
                </Link>
                <span className="second">
                  <span className="cut">{project.description}</span>
                </span>
              </div>
            </td>
            <td data-label={t('projects.role')}>
              {project.myRoles.length === 0
                ? t('projects.noRole')
                : project.myRoles.map((role) => t(`roles.${role}`)).join(t('common.comma'))}
            </td>
            <td className="num" data-label={t('projects.pipelines')}>
              {project.pipelines}
            </td>
            <td className="num" data-label={t('projects.running')}>
              {project.running === 0 ? <span className="faint">0</span> : <span className="says running">{project.running}</span>}
            </td>
            <td className="num" data-label={t('projects.failedToday')}>
              {project.failedToday === 0 ? <span className="faint">0</span> : <span className="says failed">{project.failedToday}</span>}
            </td>
            <td className="num" data-label={t('projects.lastRun')}>
              {project.lastRunAt === undefined ? <span className="faint">{t('common.never')}</span> : <Moment at={project.lastRunAt} />}
            </td>
            <td>
              <ProjectMenu project={project} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ProjectMenu({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const go = (to: string) => () => void navigate(to);
  return (
    <span className="row acts">
      <Menu>
        <MenuTarget>
          <ActionIcon aria-label={t('common.moreActions', { name: project.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </MenuTarget>
        <MenuList>
          <MenuItem icon={<IconPackage size={16} />} onClick={go(paths.packages(project.id))}>
            {t('projects.packages')}
          </MenuItem>
          <MenuItem icon={<IconTools size={16} />} onClick={go(paths.jobs(project.id))}>
            {t('projects.jobs')}
          </MenuItem>
          <MenuItem icon={<IconPlugConnected size={16} />} onClick={go(paths.endpoints(project.id))}>
            {t('projects.endpoints')}
          </MenuItem>
          <MenuItem icon={<IconAdjustmentsHorizontal size={16} />} onClick={go(paths.members(project.id))}>
            {t('projects.members')}
          </MenuItem>
        </MenuList>
      </Menu>
    </span>
  );
}

function NewProject({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = async (): Promise<void> => {
    const project = await post<Project>('/projects', { name: name.trim(), ...(description === '' ? {} : { description }) });
    chooseProject(project.id);
    done(t('projects.created', { name: project.name }), keys.projects);
  };
  return (
    <FormDialog
      title={t('projects.new')}
      action={t('projects.create')}
      onClose={onClose}
      onSubmit={create}
      fields={['/name', '/description']}
    >
      {(error) => (
        <>
          <TextInput
            data-autofocus
            label={t('common.name')}
            description={t('projects.nameRule')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt(error, '/name')}
          />
          <Textarea
            label={t('common.description')}
            autosize
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value.replace(/\n/g, ' '))}
            error={errorAt(error, '/description')}
          />
        </>
      )}
    </FormDialog>
  );
}
