/** Whether the view stays at the log's end; `unseen` counts lines that came since it was left. */
export type Follow = { readonly following: true } | { readonly following: false; readonly unseen: number };

export type FollowEvent =
  | { readonly type: 'scrolled'; readonly up: boolean; readonly atEnd: boolean }
  | { readonly type: 'appended'; readonly lines: number }
  | { readonly type: 'toggled' }
  | { readonly type: 'left' }
  | { readonly type: 'resumed' };

const left: Follow = { following: false, unseen: 0 };

/** Scrolling up leaves the end, reaching it again resumes; new lines never take the reader along against their will. */
export function follow(state: Follow, event: FollowEvent): Follow {
  switch (event.type) {
    case 'resumed':
      return { following: true };
    case 'left':
      return state.following ? left : state;
    case 'toggled':
      return state.following ? left : { following: true };
    case 'appended':
      return state.following ? state : { following: false, unseen: state.unseen + event.lines };
    case 'scrolled':
      if (state.following) return event.up && !event.atEnd ? left : state;
      return event.atEnd && !event.up ? { following: true } : state;
  }
}
