import { Button } from '@mantine/core';
import { post } from '../../api/client.ts';
import type { Feed, FeedRow } from '../../api/sharing.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import type { Fact } from '../../components/facts.tsx';
import { OnOff, YesNo } from '../../components/state-text.tsx';
import { Moment } from '../../components/time.tsx';
import type { useAct } from '../../components/use-act.ts';
import { type Translator, useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { feedFormat } from './feed-words.ts';

const factsOfValues = (t: Translator['t'], feed: Feed): readonly Fact[] => [
  [t('feed.fixed'), <YesNo key="fixed" value={feed.fixed_event} />],
  [t('feed.delta'), <YesNo key="delta" value={feed.delta_merge} />],
  [t('feed.publish'), <YesNo key="publish" value={feed.publish} />],
];

/** One feed: what it is and what can be done with it. */
export function FeedDetail(props: {
  readonly row: FeedRow;
  readonly mayWrite: boolean;
  readonly act: ReturnType<typeof useAct>;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}) {
  const t = useT();
  const { row, act, mayWrite } = props;
  const { Feed: feed } = row;
  return (
    <DetailPanel
      title={feed.name}
      onClose={props.onClose}
      actions={
        <>
          <Button component={AppLink} variant="default" to={paths.feedPreview(feed.id)}>
            {t('feed.preview')}
          </Button>
          {mayWrite && (
            <>
              <Button
                disabled={!feed.enabled}
                title={feed.enabled ? undefined : t('feed.enableFirst')}
                onClick={() =>
                  void act(() => post(`/feeds/fetchFromFeed/${feed.id}`), t('feed.fetching', { name: feed.name }))
                }
              >
                {t('feed.fetch')}
              </Button>
              <Button
                variant="default"
                disabled={!feed.caching_enabled}
                title={feed.caching_enabled ? undefined : t('feed.enableCachingFirst')}
                onClick={() =>
                  void act(() => post(`/feeds/cacheFeeds/${feed.id}`), t('feed.cachingOne', { name: feed.name }))
                }
              >
                {t('feed.cache')}
              </Button>
              <Button variant="default" onClick={props.onEdit}>
                {t('action.edit')}
              </Button>
              <Button color="danger" variant="outline" onClick={props.onRemove}>
                {t('action.delete')}
              </Button>
            </>
          )}
        </>
      }
      facts={[
        [t('feed.provider'), feed.provider],
        [
          t('feed.url'),
          <bdi key="url" className="mono">
            {feed.url}
          </bdi>,
        ],
        [t('feed.source'), feed.input_source === 'local' ? t('feed.local') : undefined],
        [t('feed.format'), feedFormat(t, feed.source_format)],
        [t('state.enabled'), <OnOff key="enabled" value={feed.enabled} />],
        [t('feed.caching'), <OnOff key="cache" value={feed.caching_enabled} />],
        [t('feed.loaded'), <Moment key="loaded" epoch={feed.cache_timestamp || 0} never={t('feed.never')} />],
        [t('event.distribution'), <DistributionBadge key="distribution" distribution={feed.distribution} />],
        [t('event.tag'), row.Tag?.name],
        [t('event.creator'), row.Orgc?.name],
        // A feed of MISP has events of its own.
        ...(feed.source_format === 'misp' ? [] : factsOfValues(t, feed)),
        [t('feed.overrideIds'), <YesNo key="ids" value={feed.override_ids} />],
        [t('feed.lookupVisible'), <YesNo key="visible" value={feed.lookup_visible} />],
      ]}
    />
  );
}
