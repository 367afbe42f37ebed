import { StyleSheet, Text, View } from 'react-native';

import { colors } from '../../components/theme';

export default function About() {
  return (
    <View style={styles.page}>
      <Text style={styles.title}>About</Text>
      <Text style={styles.text}>A sample for previews: three walks that do not exist, drawn by a few lines of code.</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, justifyContent: 'center', padding: 32, gap: 12 },
  title: { color: colors.ink, fontFamily: 'Lora', fontSize: 28 },
  text: { color: colors.ink, fontSize: 17, lineHeight: 25 },
});
