import { Stack, useLocalSearchParams } from 'expo-router';
import { Image, StyleSheet, Text, View } from 'react-native';

import { colors } from '../../components/theme';
import { walks } from '../../components/walks';

export default function WalkScreen() {
  const { id } = useLocalSearchParams<{ id: string }>();
  const walk = walks.find((each) => each.id === id);
  if (!walk) {
    return <Text style={styles.text}>There is no such walk.</Text>;
  }
  return (
    <View>
      <Stack.Screen options={{ title: walk.name }} />
      <Image source={walk.picture} style={styles.picture} />
      <Text style={styles.text}>{walk.words}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  picture: { width: '100%', height: 240 },
  text: { color: colors.ink, fontSize: 17, lineHeight: 25, padding: 20 },
});
