import { Link } from 'expo-router';
import { Image, Pressable, StyleSheet, Text, View } from 'react-native';

import { colors } from './theme';
import type { Walk } from './walks';

export function WalkCard({ walk }: { walk: Walk }) {
  return (
    <Link href={{ pathname: '/walk/[id]', params: { id: walk.id } }} asChild>
      <Pressable style={styles.card}>
        <Image source={walk.picture} style={styles.picture} resizeMode="cover" />
        <View style={styles.words}>
          <Text style={styles.name}>{walk.name}</Text>
          <View style={styles.tags}>
            <Text style={styles.tag}>{walk.length}</Text>
            <Text style={styles.tag}>{walk.climb}</Text>
          </View>
          <Text style={styles.text} numberOfLines={2}>
            {walk.words}
          </Text>
        </View>
      </Pressable>
    </Link>
  );
}

const styles = StyleSheet.create({
  card: { backgroundColor: colors.card, borderColor: colors.line, borderRadius: 16, borderWidth: 1, overflow: 'hidden' },
  picture: { width: '100%', height: 132 },
  words: { padding: 14, gap: 8 },
  name: { color: colors.ink, fontFamily: 'Lora', fontSize: 19 },
  tags: { flexDirection: 'row', gap: 6 },
  tag: {
    backgroundColor: '#e7eedd',
    borderRadius: 10,
    color: colors.forest,
    fontSize: 12,
    fontWeight: '600',
    overflow: 'hidden',
    paddingHorizontal: 8,
    paddingVertical: 3,
  },
  text: { color: colors.ink, fontSize: 14, lineHeight: 20, opacity: 0.8 },
});
