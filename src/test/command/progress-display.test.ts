import { expect } from 'chai';
import { PlainDisplay } from '../../command/progress-display.js';
import { ProgressList, type ProgressTask } from '../../services/progress.js';

describe('progress', () => {
  it('is told whole with every change', () => {
    const seen: (readonly ProgressTask[])[] = [];
    const progress = new ProgressList((tasks) => seen.push(tasks));
    progress.expect([
      { id: 'a', title: 'a things', total: 2 },
      { id: 'b', title: 'b things', total: 1 },
    ]);
    progress.set('a', { done: 1 });
    progress.set('a', { done: 2 });
    progress.fail();
    expect(seen.map((tasks) => tasks.map((task) => `${task.done} ${task.state}`))).to.deep.equal([
      ['0 running', '0 running'],
      ['1 running', '0 running'],
      ['2 done', '0 running'],
      ['2 done', '0 failed'],
    ]);
  });

  it('without a terminal is a line for each thing that is done', async () => {
    const lines: string[] = [];
    const display = new PlainDisplay((line) => lines.push(line.replace(/\s+[\d.]+ s$/, '')));
    const progress = new ProgressList((tasks) => display.show(tasks));
    progress.expect([{ id: 'a', title: 'workers', total: 100 }]);
    for (const done of [10, 50, 100, 100]) progress.set('a', { done });
    progress.set('b', { title: 'waiting for it', state: 'running' });
    progress.finish();
    await display.end();
    expect(lines).to.deep.equal(['workers               100/100', 'waiting for it']);
  });
});
