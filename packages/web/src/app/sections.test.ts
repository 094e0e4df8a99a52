import { describe, expect, it } from 'vitest';
import { currentPage, sectionOf } from './sections.ts';

describe('the navigation', () => {
  it.each([
    ['/servers/index', 'sharing', 'nav.servers'],
    ['/servers/previewIndex/1', 'sharing', 'nav.servers'],
    ['/servers/rest', 'automation', 'nav.restClient'],
    ['/servers/serverSettings/Plugin', 'admin', 'nav.settings'],
    ['/servers/serverSettings/diagnostics', 'admin', 'nav.diagnostics'],
    ['/servers/restartWorkers', 'sharing', 'nav.servers'],
    ['/sharing_groups/view/3', 'sharing', 'nav.sharingGroups'],
    ['/sharing_group_blueprints/index', 'sharing', 'nav.blueprints'],
    ['/feeds/index', 'sharing', 'nav.feeds'],
    ['/feeds/searchCaches', 'search', 'nav.searchCaches'],
    ['/communities/index', 'sharing', 'nav.communities'],
    ['/admin/organisations/edit/2', 'sharing', 'nav.organisations'],
    ['/events/export', 'search', 'nav.exports'],
    ['/events/view/3', 'events', 'nav.events'],
    ['/eventReports/view/3', 'events', 'nav.reports'],
    ['/eventBlocklists', 'admin', 'nav.blocklists'],
    ['/users/statistics/galaxyMatrix', 'knowledge', 'nav.matrix'],
    ['/users/statistics/data', 'admin', 'nav.statistics'],
  ])('marks for %s the section %s and its page %s', (path, id, label) => {
    const section = sectionOf(path);
    expect(section?.id).toBe(id);
    expect(currentPage(section?.pages ?? [], path)?.label).toBe(label);
  });
});
