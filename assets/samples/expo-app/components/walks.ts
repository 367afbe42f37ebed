import type { ImageSourcePropType } from 'react-native';

export interface Walk {
  id: string;
  name: string;
  length: string;
  climb: string;
  words: string;
  picture: ImageSourcePropType;
}

export const walks: Walk[] = [
  {
    id: 'heron-lake',
    name: 'Around Heron Lake',
    length: '5 km',
    climb: '40 m',
    words: 'Level all the way, on boards where it is wet. Best before nine, when the herons are still at it.',
    picture: require('../assets/walks/heron-lake.png'),
  },
  {
    id: 'two-hills',
    name: 'Over both hills',
    length: '8 km',
    climb: '380 m',
    words: 'Up, down and up again. From the second one you see the first, and wonder.',
    picture: require('../assets/walks/two-hills.png'),
  },
  {
    id: 'evening-ridge',
    name: 'The ridge at evening',
    length: '4 km',
    climb: '200 m',
    words: 'Go an hour before sunset and take a lamp for the way back.',
    picture: require('../assets/walks/evening-ridge.png'),
  },
];
