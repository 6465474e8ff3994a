import { useMemo, useState, type ReactNode } from 'react';
import { clip } from '../format/visible';
import { readMarkdown, type Mark } from '../model/markdown';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { contentText } from '../text/content';
import { partsText } from '../text/parts';
import { atOnce } from './Content';

/** Markdown shows the beginning of a text as Markdown, and more when asked. All words in it still go through Plain. */
export default function Markdown({ text }: { readonly text: string }): ReactNode {
  const [all, setAll] = useState(false);
  const start = all ? text : clip(text, atOnce);
  const { marks, rest } = useMemo(() => readMarkdown(start), [start]);
  const cut = start.length < text.length;
  return (
    <div className="markdown">
      <Marks marks={marks} />
      {rest !== '' && <>{marks.length > 0 && <p className="muted small">{contentText.restAsText}</p>}<LongText text={rest} /></>}
      {(cut || all) && (
        <button type="button" className="link" onClick={() => { setAll(!all); }}>{all ? partsText.showLess : partsText.showAllCharacters(text.length)}</button>
      )}
    </div>
  );
}

function Marks({ marks }: { readonly marks: readonly Mark[] }): ReactNode {
  return marks.map((m, i) => <OneMark key={i} mark={m} />);
}

function OneMark({ mark: m }: { readonly mark: Mark }): ReactNode {
  switch (m.is) {
    case 'text':
      return <Plain text={m.text} />;
    case 'code':
      return <code><Plain text={m.text} /></code>;
    case 'strong':
      return <strong><Marks marks={m.inside} /></strong>;
    case 'emphasis':
      return <em><Marks marks={m.inside} /></em>;
    case 'deleted':
      return <del><Marks marks={m.inside} /></del>;
    case 'link':
      return <Link address={m.address} inside={m.inside} />;
    case 'image':
      return <span className="mark-image" title={contentText.imageNot}><Icon name="image" /><Plain text={contentText.image(m.text)} />{m.address !== '' && <span className="mark-address"><Plain text={contentText.address(m.address)} /></span>}</span>;
    case 'break':
      return <br />;
    case 'rule':
      return <hr />;
    case 'paragraph':
      return <p><Marks marks={m.inside} /></p>;
    case 'heading': // no h1 to h6: it is no part of the page's outline
      return <p className={`mark-heading mark-heading-${m.level}`}><Marks marks={m.inside} /></p>;
    case 'quote':
      return <blockquote><Marks marks={m.inside} /></blockquote>;
    case 'item':
      return <li><Marks marks={m.inside} /></li>;
    case 'list':
      return m.first === null ? <ul><Marks marks={m.inside} /></ul> : <ol start={m.first}><Marks marks={m.inside} /></ol>;
    case 'block':
      return <pre tabIndex={0}><code><Plain text={m.text} /></code></pre>;
    case 'table':
      return <Table rows={m.rows} />;
  }
}

function Link({ address, inside }: { readonly address: string; readonly inside: readonly Mark[] }): ReactNode {
  const [only] = inside;
  const open = inside.length === 1 && only?.is === 'text' && (only.text === address || `${only.text}/` === address);
  return (
    <>
      <a href={address} target="_blank" rel="noopener noreferrer nofollow"><Marks marks={inside} /></a>
      {!open && <span className="mark-address"><Plain text={contentText.address(address)} /></span>}
    </>
  );
}

function Table({ rows }: { readonly rows: readonly (readonly (readonly Mark[])[])[] }): ReactNode {
  const [head = [], ...body] = rows;
  return (
    <div className="mark-table" role="group" tabIndex={0} aria-label={contentText.table}>
      <table>
        <thead><tr>{head.map((cell, i) => <th key={i} scope="col"><Marks marks={cell} /></th>)}</tr></thead>
        <tbody>{body.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}><Marks marks={cell} /></td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
