import { createTheme, type MantineThemeOverride, type VariantColorsResolver } from '@mantine/core';

/** Colours of our own tokens that components may be given by name. */
const tones = new Set(['accent', 'danger', 'warn', 'ok', 'info', 'muted']);

/**
 * Every variant of every coloured component as our own tokens. Mantine would mix its own palette,
 * whose contrast we did not measure; the tokens are at least 4.5:1 in both themes.
 */
const resolveVariant: VariantColorsResolver = ({ variant, color }) => {
  const tone = tones.has(color ?? '') ? color : 'accent';
  const plain = { border: '1px solid transparent', hoverColor: `var(--${tone})` };
  switch (variant) {
    case 'filled':
      return {
        background: `var(--${tone})`,
        hover: `var(--${tone}-strong)`,
        color: 'var(--on-accent)',
        border: plain.border,
        hoverColor: 'var(--on-accent)',
      };
    case 'light':
      return { ...plain, background: `var(--${tone}-soft)`, hover: `var(--${tone}-soft)`, color: `var(--${tone})` };
    case 'outline':
      return {
        ...plain,
        background: 'transparent',
        hover: `var(--${tone}-soft)`,
        color: `var(--${tone})`,
        border: `1px solid var(--${tone})`,
      };
    case 'default':
      return {
        background: 'var(--bg)',
        hover: 'var(--surface)',
        color: 'var(--text)',
        border: '1px solid var(--control)',
        hoverColor: 'var(--text)',
      };
    default:
      return {
        ...plain,
        background: 'transparent',
        hover: 'var(--hover)',
        color: tone === 'accent' ? 'var(--text)' : `var(--${tone})`,
      };
  }
};

/** The `header` of a dialog is no banner of the page, which has one already. */
const attributes = { header: { role: 'presentation' } };

/** Mantine's theme; everything visible about it is in tokens.css. */
export const theme: MantineThemeOverride = createTheme({
  variantColorResolver: resolveVariant,
  focusRing: 'auto',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    // The scroll lock injects a style element, which the page's policy forbids.
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: false,
        yOffset: '10vh',
        transitionProps: { duration: 100 },
        attributes,
      },
    },
    Drawer: { defaultProps: { lockScroll: false, attributes, transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 350, events: { hover: true, focus: true, touch: false } } },
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
  },
});
