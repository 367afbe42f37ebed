import { Tabs } from 'expo-router';
import { Image } from 'react-native';

import { colors } from '../../components/theme';

export default function TabsLayout() {
  return (
    <Tabs
      screenOptions={{
        headerShown: false,
        tabBarActiveTintColor: colors.forest,
        tabBarStyle: { backgroundColor: colors.card },
        sceneStyle: { backgroundColor: colors.paper },
      }}
    >
      <Tabs.Screen name="index" options={{ title: 'Walks', tabBarIcon: icon(require('../../assets/tab-walks.png')) }} />
      <Tabs.Screen name="about" options={{ title: 'About', tabBarIcon: icon(require('../../assets/tab-about.png')) }} />
    </Tabs>
  );
}

function icon(source: number) {
  return function TabIcon({ color }: { color: unknown }) {
    return <Image source={source} tintColor={color as string} style={{ width: 24, height: 24 }} />;
  };
}
