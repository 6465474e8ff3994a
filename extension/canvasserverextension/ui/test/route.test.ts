import { describe, expect, it } from 'vitest';
import { comparePath, parseRoute } from '../src/route';

const route = (path: string, under = '/') => parseRoute(new URL(path, 'http://localhost'), under);

describe('the address of a comparison', () => {
  it('names both executions and the step, whatever their ids are', () => {
    const path = comparePath('run/1&b=x', 'ü "2"');
    expect(route(`/tools/${path}&step=a.1.2`, '/tools/')).toEqual({ page: 'compare', a: 'run/1&b=x', b: 'ü "2"', step: 'a.1.2' });
  });

  it('may leave one of them open', () => {
    expect(route(`/${comparePath('run-1', null)}`)).toEqual({ page: 'compare', a: 'run-1', b: null, step: null });
  });

  it('is not that of an execution, nor of the list', () => {
    expect(route('/executions/compare')).toMatchObject({ page: 'execution', id: 'compare' });
    expect(route('/?a=1&b=2').page).toBe('list');
  });
});
