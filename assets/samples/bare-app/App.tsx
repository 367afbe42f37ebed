import { useState } from 'react';
import { FlatList, Image, Pressable, StyleSheet, Text, View } from 'react-native';

interface Tea {
  name: string;
  minutes: number;
  color: string;
}

const TEAS: Tea[] = [
  { name: 'Sencha', minutes: 2, color: '#8fae5d' },
  { name: 'Oolong', minutes: 4, color: '#c08a4b' },
  { name: 'Assam', minutes: 5, color: '#8c4a2f' },
  { name: 'Peppermint', minutes: 8, color: '#4f9d83' },
];

export default function App() {
  const [tea, setTea] = useState(TEAS[0]);
  return (
    <View style={styles.page}>
      <Image source={require('./images/cup.png')} style={styles.cup} />
      <Text style={styles.minutes}>
        {tea.minutes}
        <Text style={styles.unit}> min</Text>
      </Text>
      <Text style={styles.name}>{tea.name}</Text>
      <FlatList
        style={styles.list}
        data={TEAS}
        keyExtractor={(each) => each.name}
        renderItem={({ item }) => <Row tea={item} isChosen={item === tea} onPress={() => setTea(item)} />}
      />
    </View>
  );
}

function Row({ tea, isChosen, onPress }: { tea: Tea; isChosen: boolean; onPress: () => void }) {
  return (
    <Pressable style={[styles.row, isChosen && styles.chosen]} onPress={onPress}>
      <View style={[styles.leaf, { backgroundColor: tea.color }]} />
      <Text style={styles.rowName}>{tea.name}</Text>
      <Text style={styles.rowMinutes}>{tea.minutes} min</Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, backgroundColor: '#fbf7f0', alignItems: 'center', paddingTop: 96 },
  cup: { width: 120, height: 120 },
  minutes: { color: '#3a2a1e', fontSize: 64, fontWeight: '700', marginTop: 12 },
  unit: { fontSize: 24, fontWeight: '400' },
  name: { color: '#8c7a68', fontSize: 20, marginBottom: 32 },
  list: { alignSelf: 'stretch', paddingHorizontal: 20 },
  row: { flexDirection: 'row', alignItems: 'center', borderRadius: 14, marginBottom: 8, padding: 16, backgroundColor: 'white' },
  chosen: { borderColor: '#c08a4b', borderWidth: 2, padding: 14 },
  leaf: { width: 20, height: 20, borderRadius: 10, marginRight: 12 },
  rowName: { color: '#3a2a1e', flex: 1, fontSize: 17 },
  rowMinutes: { color: '#8c7a68', fontSize: 15 },
});
