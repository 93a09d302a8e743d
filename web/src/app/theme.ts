import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const scale = (hue: string): MantineColorsTuple =>
  Array.from({ length: 10 }, (_, shade) => `var(--d-${hue}-${shade})`) as unknown as MantineColorsTuple;

/** `filled` is ink, not the accent; danger is red text on an outline, filled only as `dangerFilled`. */
const variantColors: VariantColorsResolver = (input) => {
  switch (input.variant) {
    case 'filled':
      return { background: 'var(--d-ink)', hover: 'var(--d-ink-hover)', color: 'var(--d-text-on-ink)', border: '1px solid var(--d-ink)' };
    case 'danger':
      return {
        background: 'var(--d-surface)',
        hover: 'var(--d-hover)',
        color: 'var(--d-danger)',
        border: '1px solid var(--d-line-strong)',
      };
    case 'dangerFilled':
      return { background: 'var(--d-danger)', hover: 'var(--d-danger)', color: 'var(--d-on-danger)', border: '1px solid var(--d-danger)' };
    case 'subtle':
      return { background: 'transparent', hover: 'var(--d-active)', color: 'var(--d-text-3)', border: '1px solid transparent' };
    case 'default':
      return { background: 'var(--d-surface)', hover: 'var(--d-hover)', color: 'var(--d-text)', border: '1px solid var(--d-line-strong)' };
    default:
      return defaultVariantColorsResolver(input);
  }
};

const small = { defaultProps: { size: 'sm' } };

/** Drover's tokens as a Mantine theme; the controls' heights are set here once, never per page. */
export const theme = createTheme({
  colors: {
    heather: scale('heather'),
    green: scale('green'),
    red: scale('red'),
    blue: scale('blue'),
    amber: scale('amber'),
    magenta: scale('magenta'),
    gray: scale('gray'),
    dark: scale('dark'),
  },
  primaryColor: 'heather',
  primaryShade: { light: 7, dark: 4 },
  fontFamily: 'var(--d-font-ui)',
  fontFamilyMonospace: 'var(--d-font-mono)',
  fontSizes: { xs: '0.6875rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.875rem', xl: '1rem' },
  radius: { sm: '4px', md: '6px', lg: '10px' },
  defaultRadius: 'md',
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  variantColorResolver: variantColors,
  components: {
    Button: { defaultProps: { variant: 'default', size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 28 } },
    TextInput: small,
    PasswordInput: small,
    NumberInput: small,
    Textarea: small,
    Checkbox: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    TagsInput: small,
    MultiSelect: small,
    PillsInput: small,
    Switch: { defaultProps: { size: 'xs', withThumbIndicator: false } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false, checkIconPosition: 'right' } },
    Autocomplete: small,
    Modal: {
      defaultProps: {
        radius: 'lg',
        centered: false,
        yOffset: '12vh',
        overlayProps: { backgroundOpacity: 1 },
        transitionProps: { duration: 120 },
      },
    },
    Drawer: { defaultProps: { position: 'right', size: 'var(--d-panel)', transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: 'none', position: 'bottom-end', transitionProps: { duration: 90 } } },
    Popover: { defaultProps: { shadow: 'none', transitionProps: { duration: 90 } } },
    Tooltip: {
      defaultProps: { openDelay: 350, withArrow: false, multiline: true, maw: 320, events: { hover: true, focus: true, touch: false } },
    },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--button-height-sm': '32px',
    '--button-height-xs': '28px',
    '--input-height-sm': '32px',
    '--input-height-xs': '28px',
    '--mantine-color-body': 'var(--d-surface)',
    '--mantine-color-text': 'var(--d-text)',
    '--mantine-color-dimmed': 'var(--d-text-3)',
    '--mantine-color-default': 'var(--d-surface)',
    '--mantine-color-default-border': 'var(--d-line-strong)',
    '--mantine-color-default-hover': 'var(--d-hover)',
    '--mantine-color-default-color': 'var(--d-text)',
    '--mantine-color-error': 'var(--d-danger)',
    '--mantine-color-anchor': 'var(--d-accent-text)',
    '--mantine-color-placeholder': 'var(--d-text-3)',
    '--mantine-color-disabled': 'var(--d-sunken)',
    '--mantine-color-disabled-color': 'var(--d-text-disabled)',
    '--mantine-color-disabled-border': 'var(--d-line)',
  },
  light: {},
  dark: {},
});
