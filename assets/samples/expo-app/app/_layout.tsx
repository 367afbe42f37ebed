import { Lora_600SemiBold } from '@expo-google-fonts/lora/600SemiBold';
import { useFonts } from 'expo-font';
import { Stack } from 'expo-router';
import { StatusBar } from 'expo-status-bar';

import { colors } from '../components/theme';

export default function Layout() {
  // Text is shown in the system's font until this one has come: a preview never waits on a blank screen.
  useFonts({ Lora: Lora_600SemiBold });
  return (
    <>
      <StatusBar style="dark" />
      <Stack screenOptions={{ headerTintColor: colors.forest, contentStyle: { backgroundColor: colors.paper } }}>
        <Stack.Screen name="(tabs)" options={{ headerShown: false }} />
        <Stack.Screen name="walk/[id]" options={{ title: 'Walk' }} />
      </Stack>
    </>
  );
}
