import { TopBar } from '../../frame/top-bar.js';

export default function Page() {
  return <TopBar title="Drover" />;
}
