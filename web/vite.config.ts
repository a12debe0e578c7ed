import { defineConfig, type Plugin } from "vite";

/**
 * ChatUI's stylesheet loads a font from a foreign host. The pages must work without any other host,
 * so its @font-face rules go; the system's fonts take over.
 */
function dropRemoteFonts(): Plugin {
  return {
    name: "drop-remote-fonts",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("@chatui") || !id.includes(".css")) return null;
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null };
    },
  };
}

export default defineConfig({
  plugins: [dropRemoteFonts()],
  esbuild: { jsx: "automatic" },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: ["index.html", "chat.html"],
      output: { manualChunks: { react: ["react", "react-dom", "react-dom/client"] } },
      onwarn(warning, warn) {
        // Ant Design marks its files for servers that render; there is none here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
