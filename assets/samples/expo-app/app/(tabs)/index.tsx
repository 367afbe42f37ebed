import { ScrollView, StyleSheet, Text, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';

import { colors } from '../../components/theme';
import { WalkCard } from '../../components/WalkCard';
import { walks } from '../../components/walks';

const GREETING = process.env.EXPO_PUBLIC_GREETING ?? 'Good morning';

export default function Walks() {
  const insets = useSafeAreaInsets();
  return (
    <ScrollView contentContainerStyle={[styles.page, { paddingTop: insets.top + 16 }]}>
      <Text style={styles.eyebrow}>SHORT WALKS</Text>
      <Text style={styles.title}>{GREETING}</Text>
      <View style={styles.facts}>
        <Fact value="3" label="walks" />
        <Fact value="17 km" label="in all" />
        <Fact value="620 m" label="uphill" />
      </View>
      {walks.map((walk) => (
        <WalkCard key={walk.id} walk={walk} />
      ))}
    </ScrollView>
  );
}

function Fact({ value, label }: { value: string; label: string }) {
  return (
    <View style={styles.fact}>
      <Text style={styles.factValue}>{value}</Text>
      <Text style={styles.factLabel}>{label}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { paddingHorizontal: 20, paddingBottom: 32, gap: 16 },
  eyebrow: { color: colors.moss, fontSize: 12, fontWeight: '700', letterSpacing: 2 },
  title: { color: colors.ink, fontFamily: 'Lora', fontSize: 32, lineHeight: 38, marginTop: -8 },
  facts: { flexDirection: 'row', backgroundColor: colors.forest, borderRadius: 16, paddingVertical: 14 },
  fact: { flex: 1, alignItems: 'center' },
  factValue: { color: 'white', fontSize: 20, fontWeight: '700' },
  factLabel: { color: 'rgba(255, 255, 255, 0.75)', fontSize: 13, marginTop: 2 },
});
