export const colors = {
  paper: '#f6f3ec',
  card: '#fffdf8',
  ink: '#22301f',
  forest: '#2f5d3a',
  moss: '#6b8f4e',
  line: '#e2dccd',
};
