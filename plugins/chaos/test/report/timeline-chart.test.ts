import { expect } from 'chai';
import { tagErrors } from '../../../../src/test/support/well-formed.js';
import { timelineChart } from '../../src/report/timeline-chart.js';
import { dryRun, resultOfHalves } from '../support/chaos-result.js';

const drawn = async (result = resultOfHalves(), look: 'page' | 'light' = 'page') =>
  (await timelineChart(result, { id: 'chart-1', look })) as string;

describe('chart of a timeline', () => {
  it('shows each side, when the fault was on, and when the network was whole again', async () => {
    const svg = await drawn();
    expect(tagErrors(svg)).to.deep.equal([]);
    for (const text of ['half 1', 'half 2', 'whole network', 'partition, 30.6 s', 'whole again at 39.2 s'])
      expect(svg).to.contain(`>${text}</text>`);
  });

  it('leaves out what never was', async () => {
    const { timeline } = resultOfHalves();
    const svg = await drawn(resultOfHalves({ timeline: { ...timeline, fault: null, recoveredAt: null } }));
    expect(svg).not.to.match(/>(partition|whole again)[^<]*<\/text>/);
    expect(svg).to.contain('Recovery was not seen.');
    expect(await timelineChart(dryRun(), { id: 'chart-1', look: 'page' })).to.equal(null);
  });

  it('does not draw a line through what is not known', async () => {
    const sample = (at: number, recall: number | null) => ({
      ...{ at, phase: 'during' as const, side: 'a', storePercent: null },
      recall,
    });
    const draw = (recall: number | null) =>
      drawn(
        resultOfHalves({
          timeline: {
            fault: null,
            recoveredAt: null,
            samples: [sample(1, 1), sample(2, recall), sample(3, 1)],
          },
        }),
      );
    const line = (svg: string) =>
      /<path d="(M[^"]*)" fill="none"[^>]*stroke="var\(--chart-side-0/.exec(svg)?.[1];
    expect(line(await draw(1))).to.match(/^M[\d. ]+L[\d. ]+L[\d. ]+$/);
    expect(line(await draw(null))).to.match(/^M[^L]*(M[^L]*)?$/);
  });

  it('can be read by those who do not see it', async () => {
    const svg = await drawn();
    expect(svg).to.match(/^<svg id="chart-1" role="img" aria-labelledby="chart-1-title chart-1-description"/);
    expect(svg).to.match(/<title id="chart-1-title">[^<]*trial[^<]*<\/title>/);
    expect(svg).to.match(
      /<desc id="chart-1-description">Fault on from 3\.4 s to 34\.0 s\. Whole again at 39\.2 s\./,
    );
    expect(svg).to.contain('half 1: recall 0.993, values read back 99.3 %.');
  });

  it('is light or dark as the page is, or light for good', async () => {
    const page = await drawn();
    expect(page).to.contain('prefers-color-scheme: dark').and.to.contain('var(--chart-side-0, #');
    const light = await drawn(resultOfHalves(), 'light');
    expect(light).to.match(/<rect [^>]*fill="#ffffff"/);
    expect(page).not.to.match(/<rect [^>]*fill="#/);
    expect(light).not.to.contain('var(').and.not.to.contain('prefers-color-scheme');
  });

  it('shows names as they are', async () => {
    const { timeline } = resultOfHalves();
    const samples = timeline.samples.map((sample) => ({ ...sample, side: '<b onload="x">&$1\u001b' }));
    const svg = await drawn(resultOfHalves({ fault: '</svg>{a}', timeline: { ...timeline, samples } }));
    expect(tagErrors(svg)).to.deep.equal([]);
    expect(svg)
      .to.contain('&lt;b onload=&quot;x&quot;&gt;&amp;$1')
      .and.not.to.match(/<b |\p{Cc}(?<!\n)/u);
  });
});
